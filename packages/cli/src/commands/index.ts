import type { CommandEntry } from "../command.ts";

/** Every command. What runs one is loaded when it is called: most need no AWS client, whose loading takes longer than they do. */
export const commands: readonly CommandEntry[] = [
  {
    name: "up",
    synopsis:
      "up [--data DIR] [--port N] [--certificate FILE --certificate-key FILE] [--sealed] [--lift-guardrails] [--lift-bucket-policy BUCKET]",
    summary: "start the environment; prints endpoint, CA and how to use it",
    load: async () => (await import("./up.ts")).up,
  },
  {
    name: "down",
    synopsis: "down [--data DIR]",
    summary: "stop it; running jobs are stopped, nothing acknowledged is lost",
    load: async () => (await import("./down.ts")).down,
  },
  {
    name: "unseal",
    synopsis: "unseal [--data DIR] [--key-file FILE]",
    summary: "open an environment that was started sealed; secrets and shares are read from standard input",
    load: async () => (await import("./unseal.ts")).unseal,
  },
  {
    name: "seal",
    synopsis: "seal change --to KIND | seal shares --threshold K --shares N [--out DIR]",
    summary: "put the root of all keys under another secret, while nothing runs; the old one opens nothing afterwards",
    load: async () => (await import("./seal.ts")).seal,
  },
  {
    name: "status",
    synopsis: "status [--data DIR] [--json]",
    summary: "what runs; exit code 1 where nothing does, or it is sealed",
    load: async () => (await import("./status.ts")).status,
  },
  {
    name: "doctor",
    synopsis: "doctor [--json]",
    summary: "what this host can enforce, and what it lacks; exit code 1 where a job could not run",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "env",
    synopsis: "env [--profile NAME]",
    summary: "shell exports for AWS clients: the administrator, a login, or a role for the administrator",
    load: async () => (await import("./env.ts")).env,
  },
  {
    name: "login",
    synopsis: "login [--user NAME | --oidc ISSUER --client-id ID] [--role NAME]",
    summary: "sign in with password and second factor, or at a provider; keeps temporary credentials",
    load: async () => (await import("./login.ts")).login,
  },
  {
    name: "logout",
    synopsis: "logout [--profile NAME]",
    summary: "end the session that login began, at the server and here",
    load: async () => (await import("./logout.ts")).logout,
  },
  {
    name: "credentials",
    synopsis: "credentials [--profile NAME]",
    summary: "the credentials of a login, as AWS's credential_process wants them",
    load: async () => (await import("./credentials.ts")).credentials,
  },
  {
    name: "person",
    synopsis: "person create|reset|unlock NAME [--role NAME]",
    summary: "people who sign in: make one, give a new first password, forgive failed tries",
    load: async () => (await import("./person.ts")).person,
  },
  {
    name: "project",
    synopsis: "project create NAME [--json]",
    summary: "network, endpoints, key, buckets, roles, repository of one project",
    load: async () => (await import("./project.ts")).project,
  },
  {
    name: "workshop",
    synopsis: "workshop [--input CSV] [--data DIR] [--json]",
    summary: "both labs, end to end, on real data; a report of the eight objectives",
    load: async () => (await import("./workshop.ts")).workshop,
  },
  {
    name: "verify",
    synopsis: "verify audit [--json]",
    summary: "check that the audit trail is whole and unchanged",
    load: async () => (await import("./verify.ts")).verify,
  },
  {
    name: "scrub",
    synopsis: "scrub [--json]",
    summary: "read everything that is stored and the audit trail, and name what is damaged",
    load: async () => (await import("./scrub.ts")).scrub,
  },
  {
    name: "explain",
    synopsis: "explain REQUEST-ID | --last [--json]",
    summary: "show why a request was allowed or refused, step by step",
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "reproduce",
    synopsis: "reproduce TRAINING-JOB [--json]",
    summary: "train again from the record and compare byte by byte",
    load: async () => (await import("./reproduce.ts")).reproduce,
  },
  {
    name: "test",
    synopsis: "test [NAME…]",
    summary: "all checks and tests, or the test files whose path holds one of the names",
    load: async () => (await import("./test.ts")).test,
  },
  {
    name: "bench",
    synopsis: "bench [NAME…]",
    summary: "all benchmarks, or those whose name holds one of the words",
    load: async () => (await import("./bench.ts")).bench,
  },
];
