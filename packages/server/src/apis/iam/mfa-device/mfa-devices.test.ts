import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  paginateListVirtualMFADevices,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { Secret, TOTP } from "otpauth";
import { openAccountServer } from "../testing/account-server.ts";

const UserName = "ada";
const account = "111122223333";

async function newDevice(iam: IAMClient, VirtualMFADeviceName: string) {
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }));
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString();
  return { SerialNumber: VirtualMFADevice?.SerialNumber ?? "", seed, png: VirtualMFADevice?.QRCodePNG };
}

/** Two codes that follow each other, the first of them `steps` of 30 seconds from now. */
function codes(seed: string, now: Date, steps = 0) {
  const totp = new TOTP({ secret: Secret.fromBase32(seed) });
  const at = (i: number) => totp.generate({ timestamp: now.getTime() + (steps + i) * 30_000 });
  return { AuthenticationCode1: at(0), AuthenticationCode2: at(1) };
}

describe("virtual MFA devices", () => {
  it("are made with a seed and a picture, enabled with two codes, told, deactivated and deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { clock } = server.account;
    await iam.send(new CreateUserCommand({ UserName }));
    const { SerialNumber, seed, png } = await newDevice(iam, UserName);
    assert.equal(SerialNumber, `arn:aws:iam::${account}:mfa/ada`);
    assert.match(seed, /^[A-Z2-7]{32}$/);
    assert.equal(
      Buffer.from(png ?? [])
        .subarray(1, 4)
        .toString(),
      "PNG",
    );
    const device = { UserName, SerialNumber };
    await iam.send(new EnableMFADeviceCommand({ ...device, ...codes(seed, clock.now()) }));
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName }));
    assert.deepEqual(
      MFADevices?.map((one) => [one.UserName, one.SerialNumber]),
      [[UserName, SerialNumber]],
    );
    assert.equal((await iam.send(new GetMFADeviceCommand(device))).SerialNumber, SerialNumber);
    const assigned = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }));
    assert.equal(assigned.VirtualMFADevices?.[0]?.User?.UserName, UserName);
    const inUse = { name: "DeleteConflictException" };
    await assert.rejects(iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })), inUse);
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName })), inUse);
    const again = new EnableMFADeviceCommand({ ...device, ...codes(seed, clock.now(), 2) });
    await assert.rejects(iam.send(again), { name: "EntityAlreadyExistsException" });
    await iam.send(new DeactivateMFADeviceCommand(device));
    await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
    await iam.send(new DeleteUserCommand({ UserName }));
    assert.ok(!JSON.stringify(server.records).includes(seed), "the seed is not in the trail");
  });

  it("take two codes that follow each other, each once", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { clock } = server.account;
    await iam.send(new CreateUserCommand({ UserName }));
    const { SerialNumber, seed } = await newDevice(iam, UserName);
    const good = codes(seed, clock.now());
    const wrong = [
      { AuthenticationCode1: good.AuthenticationCode2, AuthenticationCode2: good.AuthenticationCode1 },
      { AuthenticationCode1: good.AuthenticationCode1, AuthenticationCode2: good.AuthenticationCode1 },
      codes(seed, clock.now(), -5),
      codes(seed, clock.now(), 5),
    ];
    const invalid = { name: "InvalidAuthenticationCodeException" };
    for (const given of wrong) {
      await assert.rejects(iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...given })), invalid);
    }
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...good }));
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await assert.rejects(iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...good })), invalid);
  });

  it("that have lost the time find it again with two codes", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { account: own } = server;
    const user = { UserName };
    await iam.send(new CreateUserCommand(user));
    const { SerialNumber, seed } = await newDevice(iam, UserName);
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes(seed, own.clock.now()) }));
    const { access, clock } = own;
    const found = access.users.get(UserName);
    assert.ok("id" in found);
    const fast = codes(seed, clock.now(), 20);
    const shown = () => access.people.mfaDevices.match(found.id, codes(seed, clock.now(), 24).AuthenticationCode1);
    assert.equal(shown(), undefined, "ten minutes fast");
    const invalid = { name: "InvalidAuthenticationCodeException" };
    const resync = (given: object) =>
      iam.send(new ResyncMFADeviceCommand({ UserName, SerialNumber, ...fast, ...given }));
    await assert.rejects(resync({ AuthenticationCode2: "000000" }), invalid);
    await assert.rejects(resync(codes(seed, clock.now(), 500)), invalid);
    await resync({});
    clock.advance(90_000);
    assert.ok(access.people.mfaDevices.match(found.id, codes(seed, clock.now(), 21).AuthenticationCode1) !== undefined);
    await assert.rejects(resync({}), invalid, "these codes were taken once");
  });

  it("are eight a user", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreateUserCommand({ UserName }));
    const enable = async (name: string) => {
      const { SerialNumber, seed } = await newDevice(iam, name);
      const given = codes(seed, server.account.clock.now());
      await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...given }));
    };
    for (let i = 0; i < 8; i += 1) await enable(`device-${i}`);
    await assert.rejects(enable("device-8"), { name: "LimitExceededException" });
  });

  it("come in pages, and by whether they are assigned", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const name of ["b", "a", "c"]) await newDevice(iam, name);
    const pages: number[] = [];
    for await (const page of paginateListVirtualMFADevices({ client: iam, pageSize: 2 }, {})) {
      pages.push(page.VirtualMFADevices?.length ?? 0);
      assert.ok(page.VirtualMFADevices?.every(({ Base32StringSeed }) => Base32StringSeed === undefined));
    }
    assert.deepEqual(pages, [2, 1]);
    const assigned = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" }));
    assert.deepEqual(assigned.VirtualMFADevices, []);
  });

  it("have tags, which policies can ask for", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { SerialNumber } = await newDevice(iam, "a");
    await iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: "team", Value: "credit" }] }));
    const told = await iam.send(new ListMFADeviceTagsCommand({ SerialNumber }));
    assert.deepEqual(told.Tags, [{ Key: "team", Value: "credit" }]);
    const Condition = { StringEquals: { "aws:ResourceTag/team": "credit" } };
    const keys = server.user("eve", {
      Effect: "Allow",
      Action: "iam:DeleteVirtualMFADevice",
      Resource: "*",
      Condition,
    });
    const other = await newDevice(iam, "b");
    const eve = server.iam(keys);
    await assert.rejects(eve.send(new DeleteVirtualMFADeviceCommand(other)), { name: "AccessDenied" });
    await iam.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ["TEAM"] }));
    await assert.rejects(eve.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })), { name: "AccessDenied" });
    await iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: "team", Value: "credit" }] }));
    await eve.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  });

  it("that are not there, or somebody else's, are told so", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreateUserCommand({ UserName }));
    const { SerialNumber, seed } = await newDevice(iam, "a");
    const given = codes(seed, server.account.clock.now());
    const none = { name: "NoSuchEntityException" };
    const missing = "arn:aws:iam::111122223333:mfa/none";
    await assert.rejects(newDevice(iam, "a"), { name: "EntityAlreadyExistsException" });
    for (const [user, serial] of [
      ["nobody", SerialNumber],
      [UserName, missing],
    ] as const) {
      const device = { UserName: user, SerialNumber: serial };
      await assert.rejects(iam.send(new EnableMFADeviceCommand({ ...device, ...given })), none);
      await assert.rejects(iam.send(new ResyncMFADeviceCommand({ ...device, ...given })), none);
      await assert.rejects(iam.send(new DeactivateMFADeviceCommand(device)), none);
      await assert.rejects(iam.send(new GetMFADeviceCommand(device)), none);
    }
    const own = { UserName, SerialNumber };
    await assert.rejects(iam.send(new DeactivateMFADeviceCommand(own)), none, "it is nobody's yet");
    await assert.rejects(iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: missing })), none);
    await assert.rejects(iam.send(new TagMFADeviceCommand({ SerialNumber: missing, Tags: [] })), none);
    await assert.rejects(iam.send(new UntagMFADeviceCommand({ SerialNumber: missing, TagKeys: [] })), none);
    await assert.rejects(iam.send(new ListMFADeviceTagsCommand({ SerialNumber: missing })), none);
  });
});
