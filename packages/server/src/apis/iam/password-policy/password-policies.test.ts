import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  DeleteAccountPasswordPolicyCommand,
  GetAccountPasswordPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { openAccountServer } from "../testing/account-server.ts";

describe("the account's password policy", () => {
  it("is set whole: what is not said is as without it", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const strict = {
      MinimumPasswordLength: 14,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      AllowUsersToChangePassword: true,
      MaxPasswordAge: 90,
      PasswordReusePrevention: 24,
      HardExpiry: true,
    };
    await iam.send(new UpdateAccountPasswordPolicyCommand(strict));
    const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
    assert.deepEqual(PasswordPolicy, { ...strict, ExpirePasswords: true });
    await iam.send(new UpdateAccountPasswordPolicyCommand({}));
    const { PasswordPolicy: bare } = await iam.send(new GetAccountPasswordPolicyCommand({}));
    assert.deepEqual(bare, {
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
      HardExpiry: false,
    });
  });

  it("is not there at first, nor when it was deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const none = { name: "NoSuchEntityException", message: /Password Policy with domain name \d{12} cannot be found/ };
    await assert.rejects(iam.send(new GetAccountPasswordPolicyCommand({})), none);
    await assert.rejects(iam.send(new DeleteAccountPasswordPolicyCommand({})), none);
    await iam.send(new UpdateAccountPasswordPolicyCommand({}));
    await iam.send(new DeleteAccountPasswordPolicyCommand({}));
    await assert.rejects(iam.send(new GetAccountPasswordPolicyCommand({})), none);
  });

  it("is refused over its limits", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const over of [
      { MinimumPasswordLength: 5 },
      { MinimumPasswordLength: 129 },
      { MaxPasswordAge: 0 },
      { MaxPasswordAge: 1096 },
      { PasswordReusePrevention: 0 },
      { PasswordReusePrevention: 25 },
    ]) {
      await assert.rejects(iam.send(new UpdateAccountPasswordPolicyCommand(over)), { name: "ValidationError" });
    }
  });
});
