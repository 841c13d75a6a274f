import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { hostLacks, startHouse } from "@strongroom/testkit";
import { compatibilityFile, compatibilityTable } from "./compatibility.ts";

test("docs/compatibility.md says what is served", { skip: await hostLacks() }, async () => {
  await using house = await startHouse();
  const written = await readFile(compatibilityFile, "utf8");
  const told = "docs/compatibility.md is not up to date: node test/conformance/compatibility.ts writes it";
  assert.equal(written, compatibilityTable(house.services), told);
});
