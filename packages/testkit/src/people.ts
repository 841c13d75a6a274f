import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { Clients } from "./clients.ts";

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const policyText = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A user with an inline policy of these statements (none: a user who may do nothing), and clients for it. */
export async function newUser(by: Clients, UserName: string, statements: readonly Statement[] = []): Promise<Clients> {
  await by.iam.send(new CreateUserCommand({ UserName }));
  if (statements.length > 0) {
    await by.iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: "test", PolicyDocument: policyText(statements) }),
    );
  }
  const { AccessKey } = await by.iam.send(new CreateAccessKeyCommand({ UserName }));
  return new Clients(by.place, {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  });
}

export interface NewRole {
  readonly arn: string;
  /** Takes the role on, as whoever made it, and gives clients for the session. */
  assume(sessionName?: string): Promise<Clients>;
}

/** A role that SageMaker and the account's own principals may take, with an inline policy of these statements. */
export async function newRole(by: Clients, RoleName: string, statements: readonly Statement[] = []): Promise<NewRole> {
  const { accountId } = by.place;
  const trust = [
    { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" },
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" },
  ] as const;
  const { Role } = await by.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policyText(trust) }));
  if (statements.length > 0) {
    await by.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "test", PolicyDocument: policyText(statements) }),
    );
  }
  const arn = Role?.Arn ?? "";
  return {
    arn,
    async assume(RoleSessionName = "test") {
      const { Credentials: given } = await by.sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName }));
      return new Clients(by.place, {
        accessKeyId: given?.AccessKeyId ?? "",
        secretAccessKey: given?.SecretAccessKey ?? "",
        sessionToken: given?.SessionToken ?? "",
      });
    },
  };
}
