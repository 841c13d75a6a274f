import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { CreateRepositoryCommand, GetBranchCommand, PutFileCommand } from "@aws-sdk/client-codecommit";
import { DeleteUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { hostLacks, newUser, startHouse, type Clients, type Statement, type TestHouse } from "@strongroom/testkit";
import { gitPassword } from "@strongroom/wire";
import { hostOf, sendRaw } from "./raw-request.ts";

/** What git asks for first, by what it wants to do. */
const asked = [
  ["GitPull", "git-upload-pack"],
  ["GitPush", "git-receive-pack"],
] as const;

/** More than git serves clients at once. */
const idleFetches = 12;

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

  const send = (target: string, basic?: string, scheme = "Basic") => {
    const authorization = basic === undefined ? [] : ([["authorization", `${scheme} ${basic}`]] as const);
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
      const target = `/v1/repos/there/info/refs?service=${service}`;
      // The name of a scheme has no case (RFC 9110, 11.1).
      for (const scheme of ["basic", "BASIC"]) {
        const answer = await under(statements, () => send(target, signedIn(stranger, "there"), scheme));
        assert.equal(answer.status, 200, scheme);
      }
      const other = await under(statements, () => send(target, signedIn(stranger, "there"), "Bearer"));
      assert.equal(other.status, 401);
    });
  }

  test("who may only pull is not told what is for pushing, by naming both services", async () => {
    const mayPull: Statement[] = [{ Effect: "Allow", Action: "codecommit:GitPull", Resource: there }];
    const advertised = /git-receive-pack|refs\/heads|capabilities/;
    for (const service of [
      "git-upload-pack&service=git-receive-pack",
      "git-receive-pack&service=git-upload-pack",
      "git-upload-pack&%73ervice=git%2Dreceive-pack",
    ]) {
      const { status, text } = await under(mayPull, () => ask(service));
      assert.equal(status, 400, service);
      assert.doesNotMatch(text, advertised);
    }
    const encoded = await under(mayPull, () => ask("git%2Dreceive-pack"));
    assert.equal(encoded.status, 403);
    assert.match(encoded.text, /not authorized to perform: codecommit:GitPush/);
  });

  test("who may pull from one repository stops nobody else by fetches that never come", async () => {
    const statements: Statement[] = [{ Effect: "Allow", Action: "codecommit:GitPull", Resource: there }];
    await house.clients.codecommit.send(new CreateRepositoryCommand({ repositoryName: "elsewhere" }));
    const file = { repositoryName: "elsewhere", branchName: "main", filePath: "file", fileContent: Buffer.from("x") };
    const { commitId } = await house.clients.codecommit.send(new PutFileCommand(file));
    const idle = await under(statements, async () => {
      const head = [
        "POST /v1/repos/there/git-upload-pack HTTP/1.1",
        `host: ${hostOf(house.place)}`,
        `authorization: Basic ${signedIn(stranger, "there")}`,
        "content-type: application/x-git-upload-pack-request",
        "content-length: 1000",
      ];
      const sockets = Array.from({ length: idleFetches }, () => idleSocket(`${head.join("\r\n")}\r\n\r\n0`));
      await wait(1000);
      return sockets;
    });
    try {
      const abortSignal = AbortSignal.timeout(10_000);
      const asked = new GetBranchCommand({ repositoryName: "elsewhere", branchName: "main" });
      const { branch } = await house.clients.codecommit.send(asked, { abortSignal });
      assert.equal(branch?.commitId, commitId);
      const target = "/v1/repos/elsewhere/info/refs?service=git-upload-pack";
      const { status, text } = await send(target, signedIn(house.clients, "elsewhere"));
      assert.equal(status, 200);
      assert.ok(text.includes(`${commitId ?? ""} refs/heads/main`));
      assert.ok(idle.every((socket) => !socket.closed));
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  function idleSocket(text: string): TLSSocket {
    const { hostname, port } = new URL(house.place.endpoint);
    const socket = connect({ host: hostname, port: Number(port), ca: readFileSync(house.place.caPath) });
    socket.on("error", () => undefined);
    socket.write(text);
    return socket;
  }
});
