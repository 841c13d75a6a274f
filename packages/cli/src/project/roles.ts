import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { present } from "../present.ts";

const versionsMax = 5;
const PolicyName = "project";

interface RoleSettings {
  readonly name: string;
  readonly trust: string;
  readonly policy: string;
  readonly boundaryArn?: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Makes the role where it is missing, and sets trust, policy, boundary and tags anew where it is there. */
export async function ensureRole(iam: IAMClient, { name: RoleName, trust, policy, boundaryArn, tags }: RoleSettings) {
  const made = await tolerating("EntityAlreadyExistsException", () =>
    iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trust,
        Tags: [...tags],
        ...(boundaryArn === undefined ? {} : { PermissionsBoundary: boundaryArn }),
      }),
    ),
  );
  if (!made) {
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }));
    await iam.send(new TagRoleCommand({ RoleName, Tags: [...tags] }));
    if (boundaryArn !== undefined) {
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundaryArn }));
    }
  }
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policy }));
}

/** Makes a managed policy, or a new default version of it where its text has changed. */
export async function ensureManagedPolicy(
  iam: IAMClient,
  { arn: PolicyArn, name, document }: { readonly arn: string; readonly name: string; readonly document: string },
): Promise<void> {
  const made = await tolerating("EntityAlreadyExistsException", () =>
    iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document })),
  );
  if (made) return;
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  const current = present(Versions.find(({ IsDefaultVersion }) => IsDefaultVersion === true)?.VersionId, "version");
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: current }));
  if (decodeURIComponent(PolicyVersion?.Document ?? "") === document) return;
  const oldest = Versions.findLast(({ IsDefaultVersion }) => IsDefaultVersion !== true)?.VersionId;
  if (Versions.length >= versionsMax && oldest !== undefined) {
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest }));
  }
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document, SetAsDefault: true }));
}

/**
 * Takes a role of an earlier version away: its policy first, which ends what its sessions may do. True
 * where there was one. A role that somebody gave further policies stays, without the project's.
 */
export async function retireRole(iam: IAMClient, RoleName: string): Promise<boolean> {
  const missing = "NoSuchEntityException";
  await tolerating(missing, () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
  return await tolerating(missing, () =>
    tolerating("DeleteConflictException", () => iam.send(new DeleteRoleCommand({ RoleName }))),
  );
}

/** Runs `action`; an error of this code is as good, and tells that there was nothing to do: false then. */
export async function tolerating(code: string, action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== code) throw error;
    return false;
  }
}
