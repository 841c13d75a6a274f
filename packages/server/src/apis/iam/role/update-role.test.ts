import assert from "node:assert/strict";
import { it } from "node:test";
import {
  CreateRoleCommand,
  GetRoleCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { accountId, document } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const trust = document([
  { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" },
]);

it("a role's description and longest session change, each by itself", async () => {
  await using server = await openAccountServer();
  const iam = server.iam(server.administrator);
  const RoleName = "Trainer";
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Description: "trains" }));
  const assume = (DurationSeconds: number) =>
    server.sts(server.administrator).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${accountId}:role/Trainer`,
        RoleSessionName: "session",
        DurationSeconds,
      }),
    );
  await assert.rejects(assume(7200), { name: "ValidationError", message: /exceeds the MaxSessionDuration/ });
  await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }));
  await assume(7200);
  await iam.send(new UpdateRoleCommand({ RoleName, Description: "trains models" }));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  assert.deepEqual([Role?.Description, Role?.MaxSessionDuration], ["trains models", 7200]);
  const described = await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: "" }));
  assert.deepEqual([described.Role?.Description, described.Role?.MaxSessionDuration], ["", 7200]);
  const missing = { name: "NoSuchEntityException" };
  await assert.rejects(iam.send(new UpdateRoleCommand({ RoleName: "none", Description: "x" })), missing);
  await assert.rejects(iam.send(new UpdateRoleDescriptionCommand({ RoleName: "none", Description: "x" })), missing);
  await assert.rejects(iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 3599 })), {
    name: "ValidationError",
  });
});
