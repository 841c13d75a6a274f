import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { DeleteUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { hostLacks, newUser, startHouse, type Clients, type Statement, type TestHouse } from "@strongroom/testkit";
import { gitPassword } from "@strongroom/wire";
import { hostOf, sendRaw } from "./raw-request.ts";

/** What git asks for first, by what it wants to do. */
const asked = [
  ["GitPull", "git-upload-pack"],
  ["GitPush", "git-receive-pack"],
] as const;

describe("the road of git", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let stranger: Clients;
  let there: string;
  before(async () => {
    house = await startHouse();
    stranger = await newUser(house.clients, "stranger");
    const { repositoryMetadata } = await house.clients.codecommit.send(
      new CreateRepositoryCommand({ repositoryName: "there" }),
    );
    there = repositoryMetadata?.Arn ?? "";
  });
  after(async () => {
    stranger[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const send = (target: string, basic?: string) => {
    const authorization = basic === undefined ? [] : ([["authorization", `Basic ${basic}`]] as const);
    return sendRaw(house.place, {
      method: "GET",
      target,
      headers: [["host", hostOf(house.place)], ...authorization],
    });
  };
  const signedIn = ({ credentials, place }: Clients, repository: string): string => {
    const path = `/v1/repos/${repository}`;
    const { accessKeyId, secretAccessKey } = credentials;
    const password = gitPassword({ path, host: hostOf(place), region: place.region, secretAccessKey, now: new Date() });
    return Buffer.from(`${accessKeyId}:${password}`).toString("base64");
  };
  const ask = (service: string, repository = "there") =>
    send(`/v1/repos/${repository}/info/refs?service=${service}`, signedIn(stranger, repository));

  const under = async <T>(statements: readonly Statement[], then: () => Promise<T>): Promise<T> => {
    const policy = { UserName: "stranger", PolicyName: "now" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await house.clients.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }));
    try {
      return await then();
    } finally {
      await house.clients.iam.send(new DeleteUserPolicyCommand(policy));
    }
  };

  for (const [action, service] of asked) {
    const refused = new RegExp(`not authorized to perform: codecommit:${action} on resource: arn:\\S+:there `);

    test(`${action} refuses who does not sign in, and who signs in wrongly`, async () => {
      const target = `/v1/repos/there/info/refs?service=${service}`;
      assert.equal((await send(target)).status, 401);
      const wrong = Buffer.from(`${stranger.credentials.accessKeyId}:20261001T120000Z${"0".repeat(64)}`);
      assert.equal((await send(target, wrong.toString("base64"))).status, 401);
    });

    test(`${action} refuses who may do nothing, whether the repository is there or not`, async () => {
      const { status, text } = await ask(service);
      assert.equal(status, 403);
      assert.match(text, refused);
      // A name of the same length: answers differ in nothing else.
      const missing = await ask(service, "where");
      assert.equal(missing.status, 403);
      assert.equal(missing.text.replaceAll("where", "there"), text);
    });

    test(`${action} refuses who may use another repository`, async () => {
      const Resource = `${there}-elsewhere`;
      const { status, text } = await under([{ Effect: "Allow", Action: "codecommit:*", Resource }], () => ask(service));
      assert.equal(status, 403);
      assert.match(text, refused);
    });

    test(`${action} refuses who is denied it, everything else being allowed`, async () => {
      const statements: Statement[] = [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: `codecommit:${action}`, Resource: "*" },
      ];
      const { status, text } = await under(statements, () => ask(service));
      assert.equal(status, 403);
      assert.match(text, refused);
    });

    test(`${action} lets in who may`, async () => {
      const statements: Statement[] = [{ Effect: "Allow", Action: `codecommit:${action}`, Resource: there }];
      assert.equal((await under(statements, () => ask(service))).status, 200);
    });
  }
});
