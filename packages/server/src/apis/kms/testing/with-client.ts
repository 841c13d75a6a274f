import assert from "node:assert/strict";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import type { CreateKeyCommandInput, KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import { allowAll, inKeyHouse } from "../../../encryption/testing/key-house.ts";
import type { KeyHouse } from "../../../encryption/testing/key-house.ts";
import { kmsClient } from "./kms-client.ts";

/** A client that may do everything, and the house that it talks to. */
export async function withClient(body: (client: KMSClient, house: KeyHouse) => Promise<void>): Promise<void> {
  await inKeyHouse(async (house) => {
    await body(kmsClient(house, house.user("administrator", allowAll)), house);
  });
}

export async function newKey(
  client: KMSClient,
  input: CreateKeyCommandInput = {},
): Promise<KeyMetadata & { KeyId: string; Arn: string }> {
  const { KeyMetadata: made } = await client.send(new CreateKeyCommand(input));
  assert.ok(made?.KeyId !== undefined && made.Arn !== undefined);
  return { ...made, KeyId: made.KeyId, Arn: made.Arn };
}

/** For assert.rejects: an error of this name, whose message holds this. */
export const named = (name: string, message?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal(error.name, name, error.message);
  if (message !== undefined) assert.match(error.message, message);
  return true;
};
