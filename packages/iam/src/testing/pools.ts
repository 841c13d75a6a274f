import type { NaiveAsker } from "./naive/model.ts";

/** Few names, so that policies and requests often meet. */
export const home = "111122223333";
export const abroad = "444455556666";

const roleArn = `arn:aws:iam::${home}:role/Trainer`;
const aliceArn = `arn:aws:iam::${home}:user/alice`;
const sessionArn = `arn:aws:sts::${home}:assumed-role/Trainer/train`;
const guestArn = `arn:aws:sts::${home}:federated-user/guest`;
const providerArn = `arn:aws:iam::${home}:oidc-provider/login.example.org`;

export const askers: readonly NaiveAsker[] = [
  { kind: "user", arn: aliceArn, account: home },
  { kind: "user", arn: `arn:aws:iam::${home}:user/dept/carol`, account: home },
  { kind: "role-session", arn: sessionArn, account: home, behind: roleArn },
  { kind: "federated-user", arn: guestArn, account: home, behind: aliceArn },
  { kind: "root", arn: `arn:aws:iam::${home}:root`, account: home },
  { kind: "web-identity", arn: providerArn, account: home },
  { kind: "service", arn: "sagemaker.amazonaws.com", account: home },
  { kind: "anonymous", arn: "anonymous", account: "" },
];

export const awsPrincipals: readonly string[] = [
  home,
  abroad,
  "*",
  aliceArn,
  roleArn,
  sessionArn,
  guestArn,
  `arn:aws:iam::${home}:root`,
  `arn:aws:iam::${home}:user/bob`,
];
export const services = ["sagemaker.amazonaws.com", "events.amazonaws.com"];
export const providers = [providerArn, `arn:aws:iam::${home}:oidc-provider/other.example.org`];
export const noPrincipals: readonly (readonly [kind: string, name: string])[] = [
  ["AWS", `arn:aws:iam::${home}:user/*`],
  ["CanonicalUser", "0123"],
  ["Federated", "cognito-identity.amazonaws.com"],
];

export const actions = ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole"];
export const actionPatterns = [
  "*",
  "s3:*",
  "s3:GetObject",
  "s3:?etObject",
  "kms:*",
  "kms:Decrypt",
  "sts:Assume*",
  "s3:*Object",
];
export const noActions = ["GetObject", "s3:Get/Object"];

export const resources = [
  "arn:aws:s3:::a",
  "arn:aws:s3:::a/x",
  "arn:aws:s3:::a/risk/x:y",
  `arn:aws:s3:us-east-1:${home}:b/x`,
  "*",
];
export const resourcePatterns = [
  "*",
  "arn:aws:s3:::a",
  "arn:aws:s3:::a/x",
  "arn:aws:s3:::a/*",
  "arn:aws:s3:::?/*:*",
  "arn:aws:s3:*:*:?/x",
  "arn:*:*:*:*:*",
  "arn:aws:s3::*:y",
  "arn:aws:s3:::a/${aws:PrincipalTag/team}/*",
  "arn:aws:s3:::a/${aws:PrincipalTag/team, 'risk'}/*",
  "arn:aws:s3:::${aws:ResourceTag/team}/x",
  "arn:aws:s3:::a/${*}",
  "arn:aws:s3:${aws:PrincipalTag/team}::a",
  "${aws:SourceArn}",
];
export const noResources = ["a/x", "arn:aws:s3:a", "arn:aws:s3:::${aws:username", "arn:aws:s3:::${nobody}/x"];

/** For each family of operators: values that policies ask for, values that requests have, and what is no such value. */
interface Family {
  readonly operators: readonly string[];
  readonly keys: readonly string[];
  readonly wanted: readonly string[];
  readonly given: readonly string[];
  readonly odd: readonly string[];
}

const ordered = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];

export const families: readonly Family[] = [
  {
    operators: ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"].map(
      (name) => `String${name}`,
    ),
    keys: ["aws:PrincipalTag/team", "aws:ResourceTag/team", "aws:TagKeys", "aws:SourceVpce"],
    wanted: [
      ...["risk", "Risk", "ops", "r*", "?isk", "*", "r*s*", ""],
      ...["${aws:PrincipalTag/team}", "${aws:ResourceTag/team, 'ops'}", "${*}", "r${?}sk", "${$}{x}", "${AWS:tagkeys}"],
    ],
    given: ["risk", "Risk", "ops", "r", "*", "r?sk", "${x}", ""],
    odd: ["${aws:username", "${nobody}", "${aws:x, default}"],
  },
  {
    operators: ordered.map((name) => `Numeric${name}`),
    keys: ["s3:max-keys", "sagemaker:MaxRuntimeInSeconds"],
    wanted: ["10", "9.5", "-1", "1e1", "0", "+3600", ".5", "007"],
    given: ["10", "10.0", "9.5", "9.50", "-1", "-0", "0.5", "3.6e3", "5.", "ten", "", "0x10", "1e", "1 0"],
    odd: ["ten", "", "1,5", "--1"],
  },
  {
    operators: ordered.map((name) => `Date${name}`),
    keys: ["aws:CurrentTime", "aws:TokenIssueTime"],
    wanted: [
      "2026-01-01T00:00:00Z",
      "2026-01-01",
      "1767225600",
      "2026-01-01T01:00:00.100+01:00",
      "2024-02-29",
      "1767225600.1",
      "0099-12-31",
    ],
    given: [
      ...[
        "2026-01-01T00:00:00Z",
        "2025-12-31T23:59:59.999Z",
        "1767225600",
        "1767225600.1",
        "2026",
        "2026-01",
        "2026-01-01t00:00z",
      ],
      ...[
        "2025-12-31T19:00:00-0500",
        "2026-01-01T00:00:00.1Z",
        "2026-02-30",
        "2025-02-29",
        "yesterday",
        "2026-01-01T24:00:00Z",
      ],
      ...["2026-1-1", "", "1999-06-01", "0050-01-01", "2026-01-01T00:00:00+25:00"],
    ],
    odd: ["2026-13-01", "noon", "2026-02-30", "2026-01-01T00:60:00Z"],
  },
  {
    operators: ["Bool"],
    keys: ["aws:SecureTransport", "aws:MultiFactorAuthPresent"],
    wanted: ["true", "false", "TRUE"],
    given: ["true", "false", "True", "yes", ""],
    odd: ["yes", "1"],
  },
  {
    operators: ["BinaryEquals"],
    keys: ["a:binary"],
    wanted: ["QmluYXJ5", "QQ==", "QQ", ""],
    given: ["QmluYXJ5", "QQ==", "QQ", "QQ=", "QR==", "", "Q", "no base64!"],
    odd: ["Q", "a-b_", "===="],
  },
  {
    operators: ["IpAddress", "NotIpAddress"],
    keys: ["aws:SourceIp", "aws:VpcSourceIp"],
    wanted: [
      "203.0.113.0/24",
      "203.0.113.7",
      "0.0.0.0/0",
      "::/0",
      "2001:db8::/32",
      "2001:db8::1",
      "::ffff:203.0.113.0/120",
      "10.0.0.0/9",
    ],
    given: [
      ...[
        "203.0.113.7",
        "203.0.114.7",
        "::ffff:203.0.113.7",
        "::ffff:cb00:7107",
        "2001:DB8:0:0:0:0:0:1",
        "2001:db8:1::9",
        "::1",
      ],
      ...["10.127.0.1", "10.128.0.1", "203.0.113.007", "203.0.113", "1::2::3", "somewhere", ""],
    ],
    odd: ["203.0.113.0/33", "10.0.0", "::/129", "203.0.113.0/24/1", "x"],
  },
  {
    operators: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    keys: ["aws:PrincipalArn", "aws:SourceArn"],
    wanted: [
      "*",
      roleArn,
      `arn:aws:iam::*:role/T*`,
      "arn:aws:s3:::a/?",
      "arn:*:*:*:*:*",
      "${aws:PrincipalArn}",
      "arn:aws:s3:::${aws:PrincipalTag/team}/x",
    ],
    given: [roleArn, aliceArn, "arn:aws:s3:::a/x", "arn:aws:s3:::risk/x", "Trainer", "arn:aws:iam", ""],
    odd: ["Trainer", "arn:aws:iam", "${nobody}"],
  },
  {
    operators: ["Null"],
    keys: ["aws:TagKeys", "sagemaker:VpcSubnets"],
    wanted: ["true", "false", "True"],
    given: ["x"],
    odd: ["", "absent"],
  },
];
