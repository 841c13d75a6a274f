import { askers, families } from "./pools.ts";

/**
 * Everything that a comparison is to have met, by the names under which the naive evaluator notes it:
 * each spelling of each operator with each answer that it can give, each kind of requester with each
 * outcome, each kind of policy that decides, and each way to name somebody.
 */
export function expectedFeatures(): string[] {
  const outcomes = ["allowed", "explicit-deny", "implicit-deny"];
  const namings = [
    "anyone",
    "account",
    "root",
    "user",
    "role",
    "session",
    "federated-user",
    "issuer",
    "service",
    "web-identity",
  ];
  return [
    ...spellings().flatMap(({ spelling, canBeUnknown }) =>
      ["yes", "no", ...(canBeUnknown ? ["unknown"] : [])].map((answer) => `${spelling} is ${answer}`),
    ),
    ...askers.flatMap(({ kind }) => outcomes.map((outcome) => `${kind} is ${outcome}`)),
    ...policyKinds.flatMap((kind) => [`explicit-deny by ${kind}`, `implicit-deny by ${kind}`]),
    ...["resource-based policy", "identity-based policy", "root"].map((by) => `allowed by ${by}`),
    ...namings.map((naming) => `principal: ${naming}`),
    ...["NotPrincipal", "faulty Allow", "faulty Deny"],
  ];
}

const policyKinds = [
  "service control policy",
  "VPC endpoint policy",
  "resource-based policy",
  "identity-based policy",
  "permissions boundary",
  "session policy",
];

interface Spelling {
  readonly spelling: string;
  readonly canBeUnknown: boolean;
}

/** 159 of them, in lower case. */
export function spellings(): Spelling[] {
  return families.flatMap(({ operators }) =>
    operators.flatMap((name) =>
      ["", "ForAllValues:", "ForAnyValue:"].flatMap((quantifier) =>
        (name === "Null" ? [""] : ["", "IfExists"]).map((suffix) => ({
          spelling: `${quantifier}${name}${suffix}`.toLowerCase(),
          canBeUnknown: name !== "Null" && (quantifier === "" || /^(String|Arn)Not/.test(name)),
        })),
      ),
    ),
  );
}
