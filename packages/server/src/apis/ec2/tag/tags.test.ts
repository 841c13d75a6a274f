import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteTagsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";

describe("tags of networks", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let ec2: EC2Client;
  let vpcId: string;
  before(async () => {
    house = await startHouse();
    ec2 = house.clients.ec2;
    vpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: "10.60.0.0/16" }))).Vpc?.VpcId ?? "";
  });
  after(() => house[Symbol.asyncDispose]());

  const tags = async (): Promise<Record<string, string>> => {
    const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [vpcId] }] }));
    return Object.fromEntries((Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  };
  const put = (Tags: { Key: string; Value: string }[], Resources = [vpcId]) =>
    ec2.send(new CreateTagsCommand({ Resources, Tags }));

  test("are set, replaced, found and deleted", async () => {
    await put([
      { Key: "stack", Value: "test" },
      { Key: "webserver", Value: "" },
    ]);
    await put([{ Key: "stack", Value: "production" }]);
    assert.deepEqual(await tags(), { stack: "production", webserver: "" });
    const found = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "tag:stack", Values: ["prod*"] }] }));
    assert.equal(found.Vpcs?.[0]?.VpcId, vpcId);
    const remove = (Tags?: { Key: string; Value?: string }[]) =>
      ec2.send(new DeleteTagsCommand({ Resources: [vpcId], ...(Tags === undefined ? {} : { Tags }) }));
    await remove([{ Key: "stack", Value: "test" }]);
    assert.equal((await tags())["stack"], "production", "another value is another tag");
    await remove([{ Key: "stack", Value: "production" }]);
    await put([{ Key: "more", Value: "1" }]);
    await remove([{ Key: "webserver" }]);
    assert.deepEqual(await tags(), { more: "1" });
    await remove();
    assert.deepEqual(await tags(), {});
  });

  test("are refused with EC2's codes", async () => {
    const missing = "vpc-00000000000000000";
    await refused(put([{ Key: "k", Value: "" }], [missing]), "InvalidVpcID.NotFound");
    await refused(put([{ Key: "k", Value: "" }], ["subnet-00000000000000000"]), "InvalidSubnetID.NotFound");
    await refused(put([{ Key: "k", Value: "" }], ["sg-00000000000000000"]), "InvalidGroup.NotFound");
    await refused(put([{ Key: "k", Value: "" }], ["vpce-00000000000000000"]), "InvalidVpcEndpointId.NotFound");
    await refused(put([{ Key: "k", Value: "" }], ["i-00000000000000000"]), "InvalidID");
    await refused(put([{ Key: "aws:k", Value: "" }]), "InvalidParameterValue");
    await refused(ec2.send(new CreateTagsCommand({ Resources: [], Tags: [{ Key: "k" }] })), "InvalidParameterValue");
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
    await put(many);
    await refused(put([{ Key: "one-more", Value: "" }]), "TagLimitExceeded");
    await refused(ec2.send(new DeleteTagsCommand({ Resources: [missing] })), "InvalidVpcID.NotFound");
    const dry = ec2.send(new DeleteTagsCommand({ Resources: [vpcId], DryRun: true }));
    await refused(dry, "DryRunOperation");
  });

  test("need their permission on each resource", async () => {
    using user = await newUser(house.clients, "tagger", [
      { Effect: "Allow", Action: ["ec2:DescribeTags"], Resource: "*" },
    ]);
    const Resources = [vpcId];
    await refused(
      user.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: "k", Value: "" }] })),
      "UnauthorizedOperation",
    );
    await refused(user.ec2.send(new DeleteTagsCommand({ Resources })), "UnauthorizedOperation");
    await user.ec2.send(new DescribeTagsCommand({}));
  });
});

async function refused(call: Promise<unknown>, name: string): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    return true;
  });
}
