import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateAliasCommand, DeleteAliasCommand, DescribeKeyCommand, UpdateAliasCommand } from "@aws-sdk/client-kms";
import { named, newKey, withClient } from "../testing/with-client.ts";

test("an alias moves to keys of the type and usage of its present key only", async () => {
  await withClient(async (client) => {
    const AliasName = "alias/project";
    const symmetric = await newKey(client);
    const rsaPair = await newKey(client, { KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
    const rsaSigning = await newKey(client, { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
    const ecSigning = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
    const ecAgreeing = await newKey(client, { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" });
    const hmac = await newKey(client, { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    const move = ({ KeyId }: { KeyId: string }) =>
      client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: KeyId }));
    const targetOf = async () => (await client.send(new DescribeKeyCommand({ KeyId: AliasName }))).KeyMetadata?.KeyId;
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: symmetric.KeyId }));
    for (const other of [rsaPair, rsaSigning, hmac]) {
      await assert.rejects(move(other), named("ValidationException", /type and usage/));
    }
    assert.equal(await targetOf(), symmetric.KeyId);
    await client.send(new DeleteAliasCommand({ AliasName }));
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: rsaSigning.KeyId }));
    for (const other of [rsaPair, ecAgreeing, symmetric, hmac]) {
      await assert.rejects(move(other), named("ValidationException", /type and usage/));
    }
    await move(ecSigning);
    assert.equal(await targetOf(), ecSigning.KeyId);
  });
});
