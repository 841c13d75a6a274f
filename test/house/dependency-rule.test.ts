import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Violations that are planted into an otherwise empty tree: file → what it imports, and the rule that must catch it. */
const planted: readonly { readonly rule: string; readonly files: Readonly<Record<string, string>> }[] = [
  {
    rule: "kernels-know-nothing",
    files: { "packages/iam/src/index.ts": 'import { readFileSync } from "node:fs"; export const x = readFileSync;' },
  },
  {
    rule: "access-knows-only-what-it-stands-on",
    files: {
      "packages/server/src/access/index.ts": 'import { y } from "../compute/index.ts"; export const x = y;',
      "packages/server/src/compute/index.ts": "export const y = 1;",
    },
  },
  {
    rule: "encryption-only-through-its-face",
    files: {
      "packages/server/src/artifacts/index.ts": 'import { y } from "../encryption/seal.ts"; export const x = y;',
      "packages/server/src/encryption/seal.ts": "export const y = 1;",
    },
  },
  {
    rule: "command-line-speaks-http",
    files: {
      "packages/cli/src/main.ts": 'import { y } from "../../server/src/index.ts"; export const x = y;',
      "packages/server/src/index.ts": "export const y = 1;",
    },
  },
  {
    rule: "processes-only-where-they-are-walled-in",
    files: {
      "packages/server/src/access/index.ts": 'import { spawn } from "node:child_process"; export const x = spawn;',
    },
  },
  {
    rule: "apis-have-no-siblings",
    files: {
      "packages/server/src/apis/kms/index.ts": 'import { y } from "../s3/index.ts"; export const x = y;',
      "packages/server/src/apis/s3/index.ts": "export const y = 1;",
    },
  },
  {
    rule: "no-circles",
    files: {
      "packages/stats/src/a.ts": 'import { b } from "./b.ts"; export const a = () => b;',
      "packages/stats/src/b.ts": 'import { a } from "./a.ts"; export const b = () => a;',
    },
  },
];

describe("the dependency rule", () => {
  for (const { rule, files } of planted) {
    test(`${rule} catches a planted violation`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "strongroom-rule-"));
      try {
        for (const [path, content] of Object.entries(files)) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), content);
        }
        for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"])
          await cp(join(root, name), join(folder, name));
        await symlink(join(root, "node_modules"), join(folder, "node_modules"));
        const { code, output } = await cruise(folder);
        assert.notEqual(code, 0, output);
        assert.ok(output.includes(rule), output);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});

async function cruise(folder: string): Promise<{ code: number; output: string }> {
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, "--config", ".dependency-cruiser.cjs", "packages"],
      { cwd: folder },
    );
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code?: number; stdout?: string };
    return { code: failed.code ?? 1, output: failed.stdout ?? "" };
  }
}
