/**
 * Actions that AWS's service authorization reference gives no resource type: a policy about them names `*`,
 * and there is no other resource to allow. Whatever stands here without need, or is missing, fails the test.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const byReason: readonly (readonly [reason: string, actions: readonly string[]])[] = [
  [
    "EC2 describes networks of the whole account: its Describe actions take no resource type",
    [
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
    ],
  ],
  ["CloudTrail looks up events of the whole account", ["cloudtrail:LookupEvents"]],
  [
    "what is listed or searched belongs to the whole account",
    [
      "codecommit:ListRepositories",
      "events:ListRuleNamesByTarget",
      "events:ListRules",
      "iam:ListOpenIDConnectProviders",
      "kms:ListAliases",
      "kms:ListKeys",
      "organizations:ListAccounts",
      "organizations:ListPolicies",
      "organizations:ListRoots",
      "sagemaker:ListEndpointConfigs",
      "sagemaker:ListEndpoints",
      "sagemaker:ListExperiments",
      "sagemaker:ListModels",
      "sagemaker:ListProcessingJobs",
      "sagemaker:ListTrainingJobs",
      "sagemaker:ListTrialComponents",
      "sagemaker:ListTrials",
      "sagemaker:Search",
    ],
  ],
  ["the organization is one", ["organizations:DescribeOrganization", "organizations:CreatePolicy"]],
  [
    "the account is one, and so are its alias, its password policy and its reports",
    [
      "iam:CreateAccountAlias",
      "iam:DeleteAccountAlias",
      "iam:DeleteAccountPasswordPolicy",
      "iam:GenerateCredentialReport",
      "iam:GetAccountAuthorizationDetails",
      "iam:GetAccountPasswordPolicy",
      "iam:GetAccountSummary",
      "iam:GetCredentialReport",
      "iam:ListAccountAliases",
      "iam:UpdateAccountPasswordPolicy",
    ],
  ],
  [
    "approval rule templates belong to the account, and have no ARN",
    [
      "codecommit:CreateApprovalRuleTemplate",
      "codecommit:DeleteApprovalRuleTemplate",
      "codecommit:GetApprovalRuleTemplate",
      "codecommit:ListApprovalRuleTemplates",
      "codecommit:ListRepositoriesForApprovalRuleTemplate",
      "codecommit:UpdateApprovalRuleTemplateContent",
      "codecommit:UpdateApprovalRuleTemplateDescription",
      "codecommit:UpdateApprovalRuleTemplateName",
    ],
  ],
  ["a key that is made has no ARN before it is there, nor have its tags", ["kms:CreateKey", "kms:TagResource"]],
  ["nothing of the account's is touched", ["kms:GenerateRandom", "events:TestEventPattern"]],
  ["policies come with the request", ["iam:GetContextKeysForCustomPolicy", "iam:SimulateCustomPolicy"]],
  ["what it is about stands in the request", ["sts:DecodeAuthorizationMessage", "sts:GetAccessKeyInfo"]],
  [
    "Strongroom's own: there is one trail, one store, and one way to sign in",
    [
      "strongroom:DescribeSignInSettings",
      "strongroom:ExplainRequest",
      "strongroom:ListRefusals",
      "strongroom:ScrubStorage",
      "strongroom:UpdateSignInSettings",
      "strongroom:VerifyAudit",
    ],
  ],
];

export const actionsWithoutResource: ReadonlySet<string> = new Set(byReason.flatMap(([, actions]) => actions));
