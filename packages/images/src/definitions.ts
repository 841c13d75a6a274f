import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { libraryPaths } from "@strongroom/xgboost";
import { inside } from "./inside.ts";
import { moduleClosure } from "./module-closure.ts";

export { inside };

/** A file or folder of this machine and where it appears inside, read-only. */
export interface ImageBind {
  readonly source: string;
  readonly target: string;
}

/** One image as `<repository>:<tag>` names it, whatever account and region a URI carries. */
export interface ImageDefinition {
  readonly repository: string;
  /** Absent: every tag, and none, names this image. */
  readonly tags?: readonly string[];
  /** The built-in algorithm: its metrics are read from the log without definitions. */
  readonly isManagedAlgorithm?: boolean;
  /** What runs in it is the job's own, so it can share the job among hosts; absent: its program knows of one host. */
  readonly runsOnSeveralHosts?: boolean;
  readonly spec: {
    readonly binds: readonly ImageBind[];
    /** What comes before the job's own arguments. A job's ContainerEntrypoint takes its place. */
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
}

/** Where this machine has what images are made of. */
export interface Places {
  /** The checkout: packages/, labs/ and node_modules/. */
  readonly repository: string;
  /** What the launcher set up: python/ is a virtual environment. */
  readonly runtime: string;
  /** The Node executable. */
  readonly node: string;
}

/** All images, in the order of the objectives that they serve. */
export function imagesOf(places: Places): readonly ImageDefinition[] {
  return [
    {
      repository: "sagemaker-xgboost",
      tags: ["1.7-1"],
      isManagedAlgorithm: true,
      spec: program(places, "xgboost/main.ts", { native: true, modules: ["koffi"] }),
    },
    {
      repository: "sagemaker-scikit-learn",
      tags: ["1.2-1", "1.2-1-cpu-py3"],
      runsOnSeveralHosts: true,
      spec: python(places),
    },
    {
      repository: "sagemaker-model-monitor-analyzer",
      spec: program(places, "analyzer/main.ts", { native: false, modules: [] }),
    },
    {
      repository: "sagemaker-clarify-processing",
      tags: ["1.0"],
      spec: program(places, "clarify/main.ts", { native: true, modules: ["koffi", "vega"] }),
    },
    { repository: "strongroom-workbench", tags: ["1"], runsOnSeveralHosts: true, spec: workbench(places) },
  ];
}

const environment = { PATH: `${inside.folder}/bin:/usr/bin:/bin`, HOME: "/tmp", LANG: "C.UTF-8", TZ: "UTC" };

/** A program of this package: Node, the program's folder, the kernels it stands on and their npm packages. */
function program(
  places: Places,
  entry: string,
  needs: { readonly native: boolean; readonly modules: readonly string[] },
): ImageDefinition["spec"] {
  const [folder = ""] = entry.split("/");
  const kernels = needs.native ? ["xgboost", "stats"] : ["stats"];
  return {
    binds: [
      node(places),
      ...["packages/images/package.json", `packages/images/src/${folder}`].map((path) => checkedOut(places, path)),
      ...kernels.map((name) => checkedOut(places, `packages/${name}`)),
      checkedOut(places, workspaceLinks),
      ...moduleClosure(places.repository, needs.modules).map((path) => checkedOut(places, path)),
      ...(needs.native ? nativeLibraries() : []),
    ],
    argv: [inside.node, `${inside.folder}/packages/images/src/${entry}`],
    env: needs.native ? { ...environment, LD_LIBRARY_PATH: inside.libraries } : environment,
  };
}

function python(places: Places): ImageDefinition["spec"] {
  const folder = `${inside.folder}/python`;
  return {
    binds: [{ source: join(places.runtime, "python"), target: folder }],
    argv: [`${folder}/bin/python3`],
    env: {
      ...environment,
      PATH: `${folder}/bin:/usr/bin:/bin`,
      // The sandbox's files are read-only, and a job's lines belong into its log when they are written.
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUNBUFFERED: "1",
    },
  };
}

/** Where people work: Node with AWS's clients and the labs; git and curl come from /usr. */
function workbench(places: Places): ImageDefinition["spec"] {
  const clients = moduleClosure(places.repository, workbenchModules);
  return {
    binds: [
      node(places),
      checkedOut(places, "labs"),
      checkedOut(places, "packages/stats"),
      checkedOut(places, workspaceLinks),
      ...clients.map((path) => checkedOut(places, path)),
    ],
    argv: [inside.node],
    env: environment,
  };
}

const workbenchModules = [
  "cloudtrail",
  "cloudwatch-logs",
  "codecommit",
  "ec2",
  "iam",
  "kms",
  "s3",
  "sagemaker",
  "sagemaker-runtime",
  "sts",
].map((service) => `@aws-sdk/client-${service}`);

function node(places: Places): ImageBind {
  return { source: resolved(places.node), target: inside.node };
}

/** Links into packages/; they have to stay links, since Node runs no TypeScript that lies below node_modules. */
const workspaceLinks = "node_modules/@strongroom";

/** A path of the checkout, at the same place below the image's folder. */
function checkedOut(places: Places, path: string): ImageBind {
  return { source: join(places.repository, path), target: `${inside.folder}/${path}` };
}

/** XGBoost's library and the one of its makers that it stands on; bound although /usr is, so that digests cover them. */
function nativeLibraries(): ImageBind[] {
  const [library] = libraryPaths.filter((path) => existsSync(path));
  if (library === undefined) return [];
  const beside = join(library, "..", "libdmlc.so.0");
  const binds: ImageBind[] = [{ source: resolved(library), target: inside.xgboost }];
  if (existsSync(beside)) binds.push({ source: resolved(beside), target: `${inside.libraries}/libdmlc.so.0` });
  return binds;
}

function resolved(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
