import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import { accountId } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const arnOf = (name: string) => `arn:aws:iam::${accountId}:oidc-provider/${name}`;
const OpenIDConnectProviderArn = arnOf("login.example.com/team");
const Url = "https://login.example.com/team";
const thumbprint = (digit: string) => digit.repeat(40);

describe("OpenID Connect providers", () => {
  it("are made, shown, changed, listed and deleted", async () => {
    await using server = await openAccountServer();
    const client = server.iam(server.administrator);
    const Tags = [{ Key: "team", Value: "risk" }];
    const made = await client.send(
      new iam.CreateOpenIDConnectProviderCommand({
        Url,
        ClientIDList: ["one", "two", "one"],
        ThumbprintList: [thumbprint("A")],
        Tags,
      }),
    );
    assert.equal(made.OpenIDConnectProviderArn, OpenIDConnectProviderArn);
    const shown = async () => await client.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    const first = await shown();
    assert.deepEqual([first.Url, first.ClientIDList], ["login.example.com/team", ["one", "two"]]);
    assert.deepEqual([first.ThumbprintList, first.Tags], [[thumbprint("a")], Tags]);
    for (const ClientID of ["three", "three"]) {
      await client.send(new iam.AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
    }
    for (const ClientID of ["one", "absent"]) {
      await client.send(new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
    }
    const ThumbprintList = [thumbprint("b")];
    await client.send(
      new iam.UpdateOpenIDConnectProviderThumbprintCommand({ OpenIDConnectProviderArn, ThumbprintList }),
    );
    const changed = await shown();
    assert.deepEqual([changed.ClientIDList, changed.ThumbprintList], [["two", "three"], ThumbprintList]);
    const { OpenIDConnectProviderList } = await client.send(new iam.ListOpenIDConnectProvidersCommand({}));
    assert.deepEqual(OpenIDConnectProviderList, [{ Arn: OpenIDConnectProviderArn }]);
    const gone = new iam.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
    await client.send(gone);
    await client.send(gone);
    await assert.rejects(shown(), { name: "NoSuchEntityException", message: /not found for arn/ });
  });

  it("have tags, which policies about them can ask for", async () => {
    await using server = await openAccountServer();
    const client = server.iam(server.administrator);
    await client.send(new iam.CreateOpenIDConnectProviderCommand({ Url }));
    const Tags = [
      { Key: "team", Value: "risk" },
      { Key: "floor", Value: "2" },
    ];
    await client.send(new iam.TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags }));
    const page = await client.send(
      new iam.ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn, MaxItems: 1 }),
    );
    assert.deepEqual([page.Tags, page.IsTruncated], [[{ Key: "floor", Value: "2" }], true]);
    const rest = { OpenIDConnectProviderArn, Marker: page.Marker ?? "" };
    assert.deepEqual((await client.send(new iam.ListOpenIDConnectProviderTagsCommand(rest))).Tags, [Tags[0]]);
    const condition = { StringEquals: { "aws:ResourceTag/team": "risk" } };
    const ann = server.iam(
      server.user("ann", { Effect: "Allow", Action: "iam:*", Resource: "*", Condition: condition }),
    );
    await ann.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    await client.send(new iam.UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: ["team"] }));
    await assert.rejects(ann.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })), {
      name: "AccessDenied",
    });
  });

  it("are refused under wrong addresses, twice, with wrong thumbprints, and beyond their limits", async () => {
    await using server = await openAccountServer();
    const client = server.iam(server.administrator);
    const create = (more: Partial<iam.CreateOpenIDConnectProviderCommandInput>) =>
      client.send(new iam.CreateOpenIDConnectProviderCommand({ Url, ...more }));
    const addresses = [
      "http://login.example.com",
      "login.example.com",
      "https://a?b=c",
      "https://u:p@a",
      "https://A.example",
      "https://a/#b",
    ];
    for (const wrong of [...addresses, "ftp://127.0.0.1"]) {
      await assert.rejects(create({ Url: wrong }), { name: "InvalidInputException", message: /Provider URL/ }, wrong);
    }
    await create({ Url: "http://localhost:8080" });
    await create({});
    await assert.rejects(create({}), {
      name: "EntityAlreadyExistsException",
      message: `Provider with url ${Url} already exists.`,
    });
    await assert.rejects(create({ ThumbprintList: ["00"] }), { name: "ValidationError" });
    await assert.rejects(create({ ThumbprintList: ["1", "2", "3", "4", "5", "6"].map(thumbprint) }), {
      name: "ValidationError",
    });
    const many = Array.from({ length: 101 }, (_, at) => `client-${at}`);
    await assert.rejects(create({ ClientIDList: many }), { name: "ValidationError" });
    const full = { Url: "https://full.example.com", ClientIDList: many.slice(1) };
    await create(full);
    const add = { OpenIDConnectProviderArn: arnOf("full.example.com"), ClientID: "one-more" };
    await assert.rejects(client.send(new iam.AddClientIDToOpenIDConnectProviderCommand(add)), {
      name: "LimitExceededException",
      message: /ClientIdsPerOpenIdConnectProvider: 100/,
    });
    for (let at = 3; at < 100; at += 1) {
      const rest = { clientIds: [], thumbprints: [], tags: {} };
      server.account.access.identityProviders.create({ url: `https://p${at}.example.com`, ...rest });
    }
    await assert.rejects(create({ Url: "https://last.example.com" }), { name: "LimitExceededException" });
    const missing = { OpenIDConnectProviderArn: arnOf("missing.example.com"), ThumbprintList: [] };
    await assert.rejects(client.send(new iam.UpdateOpenIDConnectProviderThumbprintCommand(missing)), {
      name: "NoSuchEntityException",
    });
  });

  it("are made with tags by those alone who may tag them", async () => {
    await using server = await openAccountServer();
    const may = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: arnOf("*") });
    const ann = server.iam(server.user("ann", may("iam:CreateOpenIDConnectProvider")));
    const Tags = [{ Key: "team", Value: "risk" }];
    await assert.rejects(ann.send(new iam.CreateOpenIDConnectProviderCommand({ Url, Tags })), {
      name: "AccessDenied",
      message: /iam:TagOpenIDConnectProvider/,
    });
    await ann.send(new iam.CreateOpenIDConnectProviderCommand({ Url }));
  });
});
