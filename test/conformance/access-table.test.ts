import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";
import { operationsOf } from "@strongroom/wire";
import { accessFile, accessTable, observeAccess } from "./access-table.ts";

const sources = fileURLToPath(new URL("../../packages/server/src", import.meta.url));

/** What looks like a condition key of a service in the sources, and is none that the table could show. */
const notShown: Readonly<Record<string, string>> = {
  "sts:AssumeRoleWithWebIdentity": "it is an action, of a request that no user of the house signs",
  "s3:dataaccesspointaccount":
    "it makes a policy count as not public; requests through access points do not exist here",
  "s3:dataaccesspointarn": "it makes a policy count as not public; requests through access points do not exist here",
  "sagemaker:SearchVisibilityCondition/": "it fills in a search; no statement can test it",
};

describe("docs/access.md", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let observed: string;
  before(async () => {
    house = await startHouse();
    observed = accessTable(await observeAccess(house));
  });
  after(() => house[Symbol.asyncDispose]());

  test("says what the server demands", () => {
    const told = "docs/access.md is not up to date: node test/conformance/access-table.ts writes it";
    assert.equal(readFileSync(accessFile, "utf8"), observed, told);
  });

  test("leaves out no condition key of a service that the sources know", async () => {
    const actions = new Set(
      house.services.flatMap((service) =>
        operationsOf(service).flatMap((row) => row.actions.map((one) => one.toLowerCase())),
      ),
    );
    const table = observed.toLowerCase();
    const missing = [...(await keysInSources())].filter(
      (key) => !actions.has(key.toLowerCase()) && !table.includes(`\`${key.toLowerCase()}`) && !(key in notShown),
    );
    assert.deepEqual(missing.sort(), []);
  });
});

/** Every literal of the sources that has the form of a service's key, up to a placeholder. */
async function keysInSources(): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of await readdir(sources, { recursive: true })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file.includes("testing/")) continue;
    const text = (await readFile(join(sources, file), "utf8")).replace(/\/\*\*.*?\*\/|^\s*\/\/.*$/gms, "");
    for (const [, key = ""] of text.matchAll(
      /["`]((?:s3|sagemaker|kms|iam|ec2|sts|events|organizations|codecommit|logs):[A-Za-z][\w/-]*)/g,
    )) {
      found.add(key);
    }
  }
  return found;
}
