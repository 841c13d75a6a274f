import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetLoginProfileCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { openAccountServer } from "../testing/account-server.ts";

const UserName = "ada";
const Password = "Passw0rd-1";
const ownPassword = { Effect: "Allow", Action: "iam:ChangePassword", Resource: "arn:aws:iam::*:user/${aws:username}" };

describe("login profiles", () => {
  it("are made, told, changed and deleted, and keep their user from being deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreateUserCommand({ UserName }));
    const { LoginProfile } = await iam.send(new CreateLoginProfileCommand({ UserName, Password }));
    assert.equal(LoginProfile?.PasswordResetRequired, false);
    const again = iam.send(new CreateLoginProfileCommand({ UserName, Password }));
    await assert.rejects(again, { name: "EntityAlreadyExistsException" });
    await iam.send(new UpdateLoginProfileCommand({ UserName, PasswordResetRequired: true }));
    const told = await iam.send(new GetLoginProfileCommand({ UserName }));
    assert.deepEqual(told.LoginProfile, { ...LoginProfile, PasswordResetRequired: true });
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName })), { name: "DeleteConflictException" });
    await iam.send(new UpdateUserCommand({ UserName, NewUserName: "augusta" }));
    const renamed = await iam.send(new GetLoginProfileCommand({ UserName: "augusta" }));
    assert.equal(renamed.LoginProfile?.UserName, "augusta");
    await iam.send(new DeleteLoginProfileCommand({ UserName: "augusta" }));
    await iam.send(new DeleteUserCommand({ UserName: "augusta" }));
    assert.ok(!JSON.stringify(server.records).includes(Password), "no password is in the trail");
  });

  it("that are not there, or whose user is not, are told so", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const calls = [
      () => iam.send(new GetLoginProfileCommand({ UserName })),
      () => iam.send(new UpdateLoginProfileCommand({ UserName, Password })),
      () => iam.send(new DeleteLoginProfileCommand({ UserName })),
    ];
    const noUser = { name: "NoSuchEntityException", message: "The user with name ada cannot be found." };
    await assert.rejects(iam.send(new CreateLoginProfileCommand({ UserName, Password })), noUser);
    for (const call of calls) await assert.rejects(call(), noUser);
    await iam.send(new CreateUserCommand({ UserName }));
    const noProfile = { name: "NoSuchEntityException", message: "Login Profile for User ada cannot be found." };
    for (const call of calls) await assert.rejects(call(), noProfile);
  });

  it("refuse passwords that the policy does not take, that are none, or that nobody can type", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreateUserCommand({ UserName }));
    const attempt = (password: string | undefined) =>
      iam.send(new CreateLoginProfileCommand({ UserName, Password: password }));
    await assert.rejects(attempt("password"), { name: "PasswordPolicyViolationException" });
    await assert.rejects(attempt(undefined), { name: "ValidationError" });
    for (const bad of ["Passw0rd-\u0000", "Passw0rd-✓", "P".repeat(129)]) {
      await assert.rejects(
        attempt(bad),
        (error: Error) => error.name === "ValidationError" && !error.message.includes(bad),
      );
    }
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 20 }));
    await assert.rejects(attempt(Password), { message: "Password should have a minimum length of 20" });
  });
});

describe("changing one's own password", () => {
  it("takes the permission, or the account's leave, and the old password", async () => {
    await using server = await openAccountServer();
    const keys = server.user(UserName);
    const own = server.iam(keys);
    const iam = server.iam(server.administrator);
    await iam.send(new CreateLoginProfileCommand({ UserName, Password }));
    const change = (OldPassword: string, NewPassword: string) =>
      own.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
    await assert.rejects(change(Password, "Passw0rd-2"), { name: "AccessDenied", message: /iam:ChangePassword/ });
    await iam.send(
      new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true, PasswordReusePrevention: 1 }),
    );
    await assert.rejects(change("Passw0rd-9", "Passw0rd-2"), { message: "The old password was incorrect." });
    await assert.rejects(change(Password, "12345"), { name: "PasswordPolicyViolationException" });
    await assert.rejects(change(Password, Password), { name: "PasswordPolicyViolationException" });
    await change(Password, "Passw0rd-2");
    await assert.rejects(change(Password, "Passw0rd-3"), { message: "The old password was incorrect." });
    await change("Passw0rd-2", "Passw0rd-3");
  });

  it("is a way of guessing, and is blocked like signing in", async () => {
    await using server = await openAccountServer();
    const own = server.iam(server.user(UserName, ownPassword));
    const iam = server.iam(server.administrator);
    await iam.send(new CreateLoginProfileCommand({ UserName, Password }));
    const change = (OldPassword: string) =>
      own.send(new ChangePasswordCommand({ OldPassword, NewPassword: "Passw0rd-2" }));
    for (let i = 0; i < 5; i += 1) await assert.rejects(change(`Wrong-${i}`), { name: "AccessDenied" });
    await assert.rejects(change(Password), { name: "EntityTemporarilyUnmodifiableException" });
    await iam.send(new UpdateLoginProfileCommand({ UserName, Password: "Passw0rd-5" }));
    await change("Passw0rd-5");
  });

  it("is for users, and for those who have a password", async () => {
    await using server = await openAccountServer();
    const change = new ChangePasswordCommand({ OldPassword: Password, NewPassword: "Passw0rd-2" });
    await assert.rejects(server.iam(server.user(UserName, ownPassword)).send(change), {
      name: "NoSuchEntityException",
    });
    const role = server.account.role("reader", { Service: "x.amazonaws.com" }, { ...ownPassword, Resource: "*" });
    const begun = server.account.access.actAs({
      roleArn: role,
      service: "x.amazonaws.com",
      sessionName: "s",
      origin: { kind: "host", sourceIp: "127.0.0.1" },
    });
    assert.ok(begun.kind === "session");
    await assert.rejects(server.iam(begun.credentials).send(change), { name: "InvalidUserTypeException" });
  });
});
