import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateRepositoryCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type CodeCommitClient,
} from "@aws-sdk/client-codecommit";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";

describe("tags of repositories", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let client: CodeCommitClient;
  let resourceArn: string;
  before(async () => {
    house = await startHouse();
    client = house.clients.codecommit;
    const made = await client.send(new CreateRepositoryCommand({ repositoryName: "code", tags: { Team: "1" } }));
    resourceArn = made.repositoryMetadata?.Arn ?? "";
  });
  after(() => house[Symbol.asyncDispose]());

  const tags = async () => (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

  test("are set, told and removed", async () => {
    await client.send(new TagResourceCommand({ resourceArn, tags: { Status: "Secret", Team: "2" } }));
    assert.deepEqual(await tags(), { Team: "2", Status: "Secret" });
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["Status", "not-there"] }));
    assert.deepEqual(await tags(), { Team: "2" });
  });

  test("are refused with CodeCommit's exceptions", async () => {
    const put = (given: Record<string, string>, arn = resourceArn) =>
      client.send(new TagResourceCommand({ resourceArn: arn, tags: given }));
    const missing = resourceArn.replace(/:code$/, ":missing");
    await assert.rejects(put({ a: "" }, missing), { name: "RepositoryDoesNotExistException" });
    const untag = client.send(new UntagResourceCommand({ resourceArn: missing, tagKeys: ["a"] }));
    await assert.rejects(untag, { name: "RepositoryDoesNotExistException" });
    const list = client.send(new ListTagsForResourceCommand({ resourceArn: missing }));
    await assert.rejects(list, { name: "RepositoryDoesNotExistException" });
    await assert.rejects(put({ a: "" }, "arn:aws:s3:::code"), { name: "InvalidResourceArnException" });
    await assert.rejects(put({ "aws:a": "" }), { name: "InvalidSystemTagUsageException" });
    const reserved = client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["aws:a"] }));
    await assert.rejects(reserved, { name: "InvalidSystemTagUsageException" });
    const create = new CreateRepositoryCommand({ repositoryName: "reserved", tags: { "aws:a": "" } });
    await assert.rejects(client.send(create), { name: "InvalidSystemTagUsageException" });
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, ""]));
    await put(many);
    await assert.rejects(put({ over: "" }), { name: "TooManyTagsException" });
    assert.equal(Object.keys((await tags()) ?? {}).length, 50);
  });

  test("need their permission", async () => {
    using user = await newUser(house.clients, "stranger");
    for (const command of [
      new TagResourceCommand({ resourceArn, tags: { a: "" } }),
      new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }),
      new ListTagsForResourceCommand({ resourceArn }),
    ]) {
      await assert.rejects(user.codecommit.send(command as TagResourceCommand), { name: "AccessDeniedException" });
    }
  });
});
