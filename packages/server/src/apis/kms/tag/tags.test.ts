import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateKeyCommand,
  InvalidMarkerException,
  ListKeysCommand,
  ListResourceTagsCommand,
  TagException,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import type { Tag } from "@aws-sdk/client-kms";
import { named, newKey, withClient } from "../testing/with-client.ts";

const tag = (TagKey: string, TagValue = ""): Tag => ({ TagKey, TagValue });

test("reserved keys, keys that stand twice and characters that no tag has are refused, and nothing is tagged", async () => {
  await withClient(async (client) => {
    const { KeyId } = await newKey(client);
    const wrong = [
      [tag("aws:team", "x")],
      [tag("a"), tag("AWS:team", "x")],
      [tag("a", "1"), tag("b"), tag("a", "2")],
      [tag("a"), tag("b;c")],
      [tag("a", "<b>")],
      [tag("a\n")],
    ];
    for (const Tags of wrong) {
      await assert.rejects(client.send(new TagResourceCommand({ KeyId, Tags })), TagException, JSON.stringify(Tags));
      await assert.rejects(client.send(new CreateKeyCommand({ Tags })), TagException, JSON.stringify(Tags));
    }
    assert.deepEqual((await client.send(new ListResourceTagsCommand({ KeyId }))).Tags, []);
    assert.equal((await client.send(new ListKeysCommand({}))).Keys?.length, 1);
    const Tags = [tag("A"), tag("a b_c.d:e/f=g+h-i@j", "é 1"), tag("a"), tag("awsome")];
    await client.send(new TagResourceCommand({ KeyId, Tags }));
    const listed = await client.send(new ListResourceTagsCommand({ KeyId }));
    assert.equal(listed.Tags?.length, Tags.length);
  });
});

test("ListResourceTags goes page by page, and takes markers of the same key only", async () => {
  await withClient(async (client) => {
    const Tags = [tag("a", "1"), tag("b", "2"), tag("c", "3"), tag("d", "4"), tag("e", "5")];
    const [{ KeyId, Arn }, other] = [await newKey(client, { Tags }), await newKey(client, { Tags })];
    const list = (Limit?: number, Marker?: string) =>
      client.send(new ListResourceTagsCommand({ KeyId, Limit, Marker }));
    const first = await list(2);
    assert.deepEqual([first.Tags, first.Truncated], [Tags.slice(0, 2), true]);
    const Marker = first.NextMarker;
    const byArn = await client.send(new ListResourceTagsCommand({ KeyId: Arn, Limit: 2, Marker }));
    assert.deepEqual([byArn.Tags, byArn.Truncated], [Tags.slice(2, 4), true]);
    const last = await list(1, byArn.NextMarker);
    assert.deepEqual([last.Tags, last.Truncated, last.NextMarker], [Tags.slice(4), false, undefined]);
    assert.deepEqual((await list(50)).Tags, Tags);
    for (const limit of [0, 51]) await assert.rejects(list(limit), named("ValidationException", /limit/i));
    await assert.rejects(list(2, "nonsense"), InvalidMarkerException);
    const elsewhere = new ListResourceTagsCommand({ KeyId: other.KeyId, Marker });
    await assert.rejects(client.send(elsewhere), InvalidMarkerException);
  });
});
