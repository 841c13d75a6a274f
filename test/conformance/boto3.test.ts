import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { clientProgram, hostLacks, run, startHouse, type TestHouse } from "@strongroom/testkit";

const python = clientProgram("python");
const skip = python === undefined ? "boto3 is not installed: ./strongroom test brings it" : await hostLacks();

describe("boto3", { skip }, () => {
  let house: TestHouse;
  before(async () => {
    house = await startHouse();
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
  });

  for (const name of ["s3", "kms", "iam", "sts", "ec2", "sagemaker"]) {
    test(name, async () => {
      const script = fileURLToPath(new URL(`${name}.py`, import.meta.url));
      const { code, stderr } = await run(python ?? "", ["-B", script], { environment: house.clients.environment() });
      assert.equal(code, 0, stderr);
      assert.deepEqual(house.log, [], "nothing failed inside");
    });
  }
});
