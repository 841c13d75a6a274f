import { strict as assert } from "node:assert";
import { after, before, describe, it } from "node:test";
import { CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";

describe("DecodeAuthorizationMessage", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let bob: Clients;
  before(async () => {
    house = await startHouse();
    bob = await newUser(house.clients, "bob", [
      { Effect: "Allow", Action: "ec2:*", Resource: "*" },
      { Sid: "NoNetworks", Effect: "Deny", Action: "ec2:Create*", Resource: "*" },
    ]);
  });
  after(async () => {
    bob[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const refusal = async (by: Clients) => {
    const sent = by.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const error: unknown = await sent.catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Error);
    assert.equal(error.name, "UnauthorizedOperation");
    const [told = "", encoded = ""] = error.message.split(" Encoded authorization failure message: ");
    return { told, encoded };
  };
  const decode = (EncodedMessage: string, by = house.clients) =>
    by.sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));

  it("tells in AWS's form what denied a request to EC2", async () => {
    const { told, encoded } = await refusal(bob);
    const { accountId, region } = house.place;
    const arn = `arn:aws:iam::${accountId}:user/bob`;
    const resource = `arn:aws:ec2:${region}:${accountId}:vpc/*`;
    assert.equal(
      told,
      `You are not authorized to perform this operation. User: ${arn} is not authorized to perform: ec2:CreateVpc on resource: ${resource} with an explicit deny in an identity-based policy.`,
    );
    assert.ok(!encoded.includes("NoNetworks"));
    const { DecodedMessage = "" } = await decode(encoded);
    const { context, ...rest } = JSON.parse(DecodedMessage) as Record<string, unknown> & {
      context: {
        principal: { id: string; name: string; arn: string };
        conditions: { items: { key: string; values: unknown }[] };
      };
    };
    const { id } = context.principal;
    assert.match(id, /^AIDA/);
    assert.deepEqual(rest, {
      allowed: false,
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: "NoNetworks",
            effect: "DENY",
            principals: { items: [{ value: id }] },
            principalGroups: { items: [] },
            actions: { items: [{ value: "ec2:Create*" }] },
            resources: { items: [{ value: "*" }] },
            conditions: { items: [] },
          },
        ],
      },
      failures: { items: [] },
    });
    const { conditions, ...asked } = context;
    assert.deepEqual(asked, { principal: { id, name: "bob", arn }, action: "ec2:CreateVpc", resource });
    const ip = conditions.items.find(({ key }) => key === "aws:SourceIp");
    assert.deepEqual(ip, { key: "aws:SourceIp", values: { items: [{ value: "127.0.0.1" }] } });
  });

  it("is not what reads tell", async () => {
    const nobody = await newUser(house.clients, "nobody");
    await assert.rejects(nobody.ec2.send(new DescribeVpcsCommand({})), {
      name: "UnauthorizedOperation",
      message: `You are not authorized to perform this operation. User: arn:aws:iam::${house.place.accountId}:user/nobody is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action`,
    });
    nobody[Symbol.dispose]();
  });

  it("refuses a message that was changed, in any of its characters or their spelling", async () => {
    const { encoded } = await refusal(bob);
    const at = [0, 1, 40, Math.floor(encoded.length / 2), encoded.length - 1];
    const changed = at.map((n) => `${encoded.slice(0, n)}${encoded[n] === "A" ? "B" : "A"}${encoded.slice(n + 1)}`);
    for (const message of [...changed, encoded.slice(0, -4), `${encoded}AAAA`, `${encoded}=`, "x", "not base64!"]) {
      await assert.rejects(decode(message), {
        name: "InvalidAuthorizationMessageException",
        message: "Message is not valid",
      });
    }
  });

  it("refuses a message of another environment", async () => {
    await using other = await startHouse();
    using theirs = await newUser(other.clients, "bob");
    const { encoded } = await refusal(theirs);
    await decode(encoded, other.clients);
    await assert.rejects(decode(encoded), { name: "InvalidAuthorizationMessageException" });
  });

  it("refuses a message over 10,240 characters", async () => {
    await assert.rejects(decode("A".repeat(10_241)), { name: "ValidationError" });
  });

  it("refuses who may not decode, the one who was refused too", async () => {
    const { encoded } = await refusal(bob);
    await assert.rejects(decode(encoded, bob), {
      name: "AccessDenied",
      message: /is not authorized to perform: sts:DecodeAuthorizationMessage on resource: \* because no identity-based/,
    });
  });
});
