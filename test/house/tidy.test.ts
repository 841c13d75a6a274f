import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const sources = tracked.filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The eight objectives: number, folder in the server, document and proof. */
const objectives = [
  [1, "compute", "compute-and-network-isolation"],
  [2, "access", "authentication-and-access-management"],
  [3, "artifacts", "artifact-management"],
  [4, "encryption", "data-encryption"],
  [5, "audit", "traceability-and-auditability"],
  [6, "explanation", "explainability"],
  [7, "monitoring", "real-time-model-monitoring"],
  [8, "reproduction", "reproducibility"],
] as const;

describe("tidy", () => {
  for (const [number, folder, name] of objectives) {
    test(`objective ${number} has its folder, its document and its proof`, () => {
      assert.ok(existsSync(join(root, `packages/server/src/${folder}/index.ts`)), `no face of ${folder}`);
      const document = read(`docs/objectives/0${number}-${name}.md`);
      for (const heading of [
        "## Promise",
        "## Where it is enforced",
        "## What proves it",
        "## What it does not cover",
      ]) {
        assert.ok(document.includes(heading), `docs/objectives/0${number}-${name}.md lacks "${heading}"`);
      }
      assert.ok(
        existsSync(join(root, `test/objectives/0${number}-${name}.test.ts`)),
        `no proof of objective ${number}`,
      );
      assert.ok(
        document.includes(`test/objectives/0${number}-${name}.test.ts`),
        "the document does not name its proof",
      );
    });
  }

  test("no file has a name that says nothing", () => {
    const empty = /^(utils?|helpers?|common|misc|manager|types)(\.test)?\.ts$/;
    assert.deepEqual(
      tracked.filter((path) => empty.test(basename(path))),
      [],
    );
  });

  test("file names are in kebab case", () => {
    assert.deepEqual(
      tracked.filter((path) => path.endsWith(".ts") && !/^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(basename(path))),
      [],
    );
  });

  test("no source file has more than 400 lines", () => {
    assert.deepEqual(
      sources.filter((path) => read(path).split("\n").length > 401),
      [],
    );
  });

  test("half of the source files have at most 110 lines", () => {
    const lengths = sources.map((path) => read(path).split("\n").length).sort((a, b) => a - b);
    assert.ok((lengths[lengths.length >> 1] ?? 0) <= 110, `the median is ${lengths[lengths.length >> 1] ?? 0}`);
  });

  test("SQL stands in stores only", () => {
    const sql = /["'`](SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\s/;
    const outside = sources.filter(
      (path) =>
        path.startsWith("packages/server/") &&
        !/-store\.ts$/.test(path) &&
        !path.endsWith("platform/db.ts") &&
        sql.test(read(path)),
    );
    assert.deepEqual(outside, []);
  });

  test("default exports and export * are not used", () => {
    const loose = sources.filter(
      (path) => /^export (default|\* from)/m.test(read(path)) && path.startsWith("packages/"),
    );
    assert.deepEqual(loose, []);
  });

  test("only the platform reads the server's environment", () => {
    const readers = sources.filter(
      (path) =>
        path.startsWith("packages/server/src/") && /process\.env\b/.test(read(path)) && !path.endsWith("src/main.ts"),
    );
    assert.deepEqual(readers, []);
  });

  test("every domain's face says its promise and what it must not do", () => {
    for (const [, folder] of objectives) {
      const face = read(`packages/server/src/${folder}/index.ts`);
      const opening = face.slice(0, face.indexOf("*/"));
      assert.match(opening, /^\/\*\*/, `${folder}/index.ts does not open with a comment`);
      assert.match(opening, /Promise/i, `${folder} promises nothing`);
      assert.match(opening, /must not/i, `${folder} does not say what it must not do`);
    }
  });

  test("no tracked file is larger than a mebibyte", () => {
    assert.deepEqual(
      tracked.filter((path) => statSync(join(root, path)).size > 1_048_576),
      [],
    );
  });

  test("the lock file names no download host", () => {
    assert.doesNotMatch(read("package-lock.json"), /"resolved": "https?:/);
  });

  test("versions of dependencies are exact", () => {
    for (const path of tracked.filter((file) => basename(file) === "package.json")) {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(path)) as Record<
        string,
        Record<string, string> | undefined
      >;
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${path}: ${name} ${version}`);
      }
    }
  });
});
