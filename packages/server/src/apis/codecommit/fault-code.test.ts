import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as client from "@aws-sdk/client-codecommit";
import { awsServices, operationsOf, service } from "@strongroom/wire";
import { faultCode } from "./fault-code.ts";

const commands = join(fileURLToPath(import.meta.resolve("@aws-sdk/client-codecommit")), "../../dist-types/commands");

/** What an operation declares that it throws, as the official client documents it. */
function declared(operation: string): ReadonlySet<string> {
  const text = readFileSync(join(commands, `${operation}Command.d.ts`), "utf8");
  return new Set([...text.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name = ""]) => name));
}

const [listKind, structureKind] = [1, 3];

/** The paths of all members in a schema of the official client, their innermost step first. */
function* membersIn(schema: unknown, steps: readonly string[] = []): Generator<readonly string[]> {
  const own: unknown = typeof schema === "function" ? (schema as () => unknown)() : schema;
  if (!Array.isArray(own)) return;
  const [kind, , , , names, shapes] = own as unknown[];
  if (kind === listKind) yield* membersOf(names, ["[0]", ...steps]);
  else if (kind === structureKind) {
    for (const [at, name] of (names as string[]).entries())
      yield* membersOf((shapes as unknown[])[at], [name, ...steps]);
  } else if (typeof kind !== "number") yield* membersIn(kind, steps);
}

function* membersOf(schema: unknown, steps: readonly string[]): Generator<readonly string[]> {
  yield steps;
  yield* membersIn(schema, steps);
}

test("whatever is wrong with a member, its operation declares the exception", () => {
  const codecommit = service(awsServices.codecommit, client, []);
  let named = 0;
  for (const { name } of operationsOf(codecommit)) {
    const exceptions = declared(name);
    for (const steps of membersIn(codecommit.known.get(name)?.input)) {
      for (const isMissing of [true, false]) {
        const code = faultCode(name, { steps, isMissing });
        if (code === undefined) continue;
        named += 1;
        assert.ok(exceptions.has(code), `${name} does not declare ${code} for ${steps.toReversed().join(".")}`);
      }
    }
  }
  assert.ok(named > 400, `only ${named} faults have a name`);
});

test("the keys of a map are no members", () => {
  const wrong = (steps: readonly string[]) => faultCode("TagResource", { steps, isMissing: false });
  assert.equal(wrong(["repositoryName", "tags"]), "InvalidTagsMapException");
  assert.equal(wrong(["[0]", "tags"]), "InvalidTagsMapException");
  assert.equal(wrong(["tags"]), "TooManyTagsException");
});
