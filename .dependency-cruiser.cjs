// The dependency rule of ARCHITECTURE.md, executable. Each rule says why it is there.
const server = "^packages/server/src/";
const domains = [
  "access",
  "encryption",
  "artifacts",
  "audit",
  "compute",
  "explanation",
  "monitoring",
  "reproduction",
  "detection",
];
const production = "[.]test[.]ts$|/testing/";

/** Which domains a domain may know. What is not listed is forbidden. */
const knows = {
  audit: [],
  access: ["audit"],
  detection: ["access", "audit"],
  encryption: ["access", "audit"],
  artifacts: ["encryption", "access", "audit"],
  reproduction: ["artifacts", "encryption", "access", "audit"],
  monitoring: ["artifacts", "encryption", "access", "audit"],
  explanation: ["artifacts", "encryption", "access", "audit"],
  compute: ["artifacts", "encryption", "access", "audit"],
};

const domainRules = domains.flatMap((domain) => {
  const forbidden = domains.filter((other) => other !== domain && !knows[domain].includes(other));
  return [
    {
      name: `${domain}-knows-only-what-it-stands-on`,
      comment: "Domains stand on each other in one direction, so that each can be understood without those above it.",
      severity: "error",
      from: { path: `${server}${domain}/`, pathNot: production },
      to: { path: `${server}(${forbidden.join("|")}|apis|gateway)/` },
    },
    {
      name: `${domain}-only-through-its-face`,
      comment: "A domain's index.ts is its promise; what lies behind it may change without anybody noticing.",
      severity: "error",
      from: { path: "^(packages|labs|test|bench)/", pathNot: [`${server}${domain}/`, production] },
      to: { path: `${server}${domain}/`, pathNot: `${server}${domain}/index[.]ts$` },
    },
  ];
});

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      comment: "Two files that need each other are one file, or lack a third.",
      severity: "error",
      from: { pathNot: production },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "kernels-know-nothing",
      comment:
        "wire, iam, envelope, stats and patterns are pure: no file system, no network, no process, nothing of the product.",
      severity: "error",
      from: { path: "^packages/(wire|iam|envelope|stats|patterns)/src/", pathNot: production },
      to: {
        path: [
          "^packages/(?!$1/)",
          "^(node:)?(fs|fs/promises|net|http|https|http2|tls|dgram|child_process|worker_threads)$",
        ],
      },
    },
    {
      name: "aws-internals-only-in-wire",
      comment: "The official clients' run-time schemas are an inner matter that may change: one package adapts.",
      severity: "error",
      from: { path: "^(packages/(?!wire/)|labs|bench)", pathNot: production },
      to: { path: "node_modules/(@aws-sdk/(core|xml-builder)|@smithy/)" },
    },
    {
      name: "images-run-alone",
      comment: "What runs inside a sandbox must not carry the server along.",
      severity: "error",
      from: { path: "^packages/images/src/" },
      to: { path: "^packages/(?!images/|xgboost/|stats/)" },
    },
    {
      name: "command-line-speaks-http",
      comment: "The command line is a client like any other; what it can do, a script with an AWS SDK can do.",
      severity: "error",
      from: { path: "^(packages/cli|labs)/", pathNot: production },
      to: { path: "^packages/(server|iam|envelope|stats|xgboost|testkit)/" },
    },
    {
      name: "platform-has-no-product-words",
      comment: "Everything stands on the platform; it stands on nothing of ours.",
      severity: "error",
      from: { path: `${server}platform/` },
      to: { path: [`${server}(?!platform/)`, "^packages/(?!server/)"] },
    },
    {
      name: "apis-have-no-siblings",
      comment: "A service's operations translate between the wire and the domains; two services meet in a domain.",
      severity: "error",
      from: { path: `${server}apis/([^/]+)/`, pathNot: production },
      to: { path: `${server}apis/(?!$1/)[^/]+/` },
    },
    {
      name: "apis-do-no-work",
      comment: "No SQL, no files, no processes in an operation.",
      severity: "error",
      from: { path: `${server}apis/`, pathNot: production },
      to: { path: [`${server}platform/db`, "^(node:)?(fs|fs/promises|net|child_process)$", "node_modules/libsql"] },
    },
    {
      name: "database-driver-in-one-place",
      comment: "One file opens the database, so one file is responsible for its encryption.",
      severity: "error",
      from: { path: "^packages/", pathNot: `${server}platform/db[.]ts$` },
      to: { path: "node_modules/libsql" },
    },
    {
      name: "processes-only-where-they-are-walled-in",
      comment:
        "A process that the server starts is a sandbox, a network tool, a volume or git; anywhere else it would escape review.",
      severity: "error",
      from: {
        path: server,
        pathNot: [`${server}compute/(sandbox|network|volume|host)/`, `${server}artifacts/git/`, production],
      },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "nothing-imports-the-composition-root",
      comment: "main.ts and app.ts know everything; nothing may know them but the tests' whole server.",
      severity: "error",
      from: { path: "^packages/", pathNot: [`${server}(main|app|index)[.]ts$`, production] },
      to: { path: `${server}(main|app)[.]ts$` },
    },
    ...domainRules,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["node", "import", "types"] },
    exclude: { path: "[.]runtime/" },
  },
};
