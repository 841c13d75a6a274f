import { strict as assert } from "node:assert";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  clientProgram,
  hostLacks,
  identityToken,
  run,
  startHouse,
  startIdentityProvider,
  type TestHouse,
} from "@strongroom/testkit";

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

  for (const name of ["s3", "kms", "iam", "ec2", "sagemaker", "codecommit"]) {
    test(name, async () => {
      const script = fileURLToPath(new URL(`${name}.py`, import.meta.url));
      const { code, stderr } = await run(python ?? "", ["-B", script], { environment: house.clients.environment() });
      assert.equal(code, 0, stderr);
      assert.deepEqual(house.log, [], "nothing failed inside");
    });
  }

  test("sts, with a token of an identity provider in a file", async () => {
    await using provider = await startIdentityProvider();
    await using folder = await mkdtempDisposable(join(tmpdir(), "strongroom-token-"));
    const tokenFile = join(folder.path, "token");
    await writeFile(tokenFile, await identityToken(provider));
    const script = fileURLToPath(new URL("sts.py", import.meta.url));
    const told = { TEST_ISSUER: provider.issuer, TEST_AUDIENCE: provider.clientId, TEST_TOKEN_FILE: tokenFile };
    const environment = { ...house.clients.environment(), ...told };
    const { code, stderr } = await run(python ?? "", ["-B", script], { environment });
    assert.equal(code, 0, stderr);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
