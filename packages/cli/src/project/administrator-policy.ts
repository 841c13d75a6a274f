import { document, ownOrUntagged, projectTag, type ProjectPlace, type Statement } from "./statements.ts";

/**
 * ② What the project's administrator may do, and at most: the same text is the role's policy and its
 * permissions boundary, so that no other policy, nor one on a bucket or key, adds to it. It holds no
 * data action, no sts:AssumeRole and no iam:PassRole: who runs the project does not read its data.
 */
export function projectAdministratorPolicy(place: ProjectPlace, boundaryArn: string): string {
  return document([...networkStatements(place), ...storeStatements(place), ...roleStatements(place, boundaryArn)]);
}

function networkStatements(place: ProjectPlace): Statement[] {
  const { region, accountId, names } = place;
  const all = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
  const own = { StringEquals: { [`aws:ResourceTag/${projectTag}`]: names.project } };
  const made = { StringEquals: { [`aws:RequestTag/${projectTag}`]: names.project } };
  const creates = ["ec2:CreateSubnet", "ec2:CreateSecurityGroup", "ec2:CreateVpcEndpoint"];
  return [
    {
      Sid: "SeeTheProjectsNetwork",
      Effect: "Allow",
      Action: ["ec2:Describe*"],
      Resource: "*",
      Condition: ownOrUntagged(place),
    },
    {
      Sid: "BuildInTheProjectsNetwork",
      Effect: "Allow",
      Action: creates,
      Resource: ["vpc", "subnet", "security-group"].map(all),
      Condition: own,
    },
    {
      Sid: "WhatIsBuiltIsTheProjects",
      Effect: "Allow",
      Action: creates,
      Resource: ["subnet", "security-group", "vpc-endpoint"].map(all),
      Condition: made,
    },
    {
      Sid: "TagWhatIsBuilt",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: ["subnet", "security-group", "vpc-endpoint"].map(all),
      Condition: {
        StringEquals: {
          ...made.StringEquals,
          "ec2:CreateAction": ["CreateSubnet", "CreateSecurityGroup", "CreateVpcEndpoint"],
        },
      },
    },
    {
      Sid: "ChangeTheProjectsNetwork",
      Effect: "Allow",
      Action: [
        "ec2:DeleteSubnet",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteVpcEndpoints",
        "ec2:ModifyVpcEndpoint",
        "ec2:AuthorizeSecurityGroup*",
        "ec2:RevokeSecurityGroup*",
      ],
      Resource: "*",
      Condition: own,
    },
  ];
}

/** Settings and policies of buckets and the key; their content is not among it. */
function storeStatements({ names, keyArn }: ProjectPlace): Statement[] {
  return [
    {
      Sid: "SetUpTheProjectsBuckets",
      Effect: "Allow",
      Action: [
        "s3:GetBucket*",
        "s3:GetEncryptionConfiguration",
        "s3:PutEncryptionConfiguration",
        "s3:PutBucketVersioning",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
      ],
      Resource: [names.intakeBucket, names.dataBucket, names.artifactsBucket].map((name) => `arn:aws:s3:::${name}`),
    },
    {
      Sid: "AdministerTheProjectsKey",
      Effect: "Allow",
      Action: [
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:PutKeyPolicy",
        "kms:ListKeyPolicies",
        "kms:ListResourceTags",
        "kms:EnableKey",
        "kms:DisableKey",
        "kms:UpdateKeyDescription",
      ],
      Resource: [keyArn],
    },
  ];
}

/** ② roles for jobs, under the project's path, each within the boundary from its first moment on. */
function roleStatements({ accountId, names }: ProjectPlace, boundaryArn: string): Statement[] {
  const own = `arn:aws:iam::${accountId}:role/${names.project}/*`;
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundaryArn } };
  return [
    {
      Sid: "MakeRolesWithinTheBoundary",
      Effect: "Allow",
      Action: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      Resource: own,
      Condition: bounded,
    },
    {
      Sid: "ShapeRolesOfTheProject",
      Effect: "Allow",
      Action: [
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:DeleteRole",
      ],
      Resource: own,
    },
    {
      Sid: "SeeTheProjectsRoles",
      Effect: "Allow",
      Action: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
      Resource: [own, `arn:aws:iam::${accountId}:role/${names.project}-*`],
    },
    {
      Sid: "SeeTheBoundary",
      Effect: "Allow",
      Action: ["iam:GetPolicy", "iam:GetPolicyVersion"],
      Resource: boundaryArn,
    },
  ];
}
