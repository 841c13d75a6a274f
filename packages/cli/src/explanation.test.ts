import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import type { RequestExplanation } from "@strongroom/admin-api";
import { explanationText } from "./explanation.ts";

const long = "x".repeat(250);
const explanation: RequestExplanation = {
  event: {
    eventTime: "2026-10-01T12:00:00.000Z",
    eventSource: "s3.amazonaws.com",
    eventName: "PutObject",
    userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice", accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
    sourceIPAddress: "10.0.0.5",
    vpcEndpointId: "vpce-1",
    userAgent: `agent ${long}`,
    requestID: "0199a000-0000-7000-8000-000000000000",
    requestParameters: { key: long, other: long },
    errorCode: "AccessDenied",
    errorMessage: "You are not authorized. Encoded authorization failure message: AAAA",
    additionalEventData: { phase: "outcome" },
  },
  decisions: [
    {
      action: "s3:GetObject",
      resource: "arn:aws:s3:::a/b",
      outcome: "allowed",
      by: "identity-based policy",
      policy: "P",
      statement: "S",
    },
    {
      action: "s3:PutObject",
      resource: `arn:aws:s3:::a/${long}`,
      outcome: "implicit-deny",
      by: "identity-based policy",
    },
  ],
  leftOut: { allowed: 3, denied: 4 },
  denials: [
    {
      principal: "arn:aws:iam::111122223333:user/alice",
      action: "s3:PutObject",
      resource: `arn:aws:s3:::a/${long}`,
      because: "no identity-based policy allows it",
      steps: [
        { kind: "service control policy", level: 1, conclusion: "allow", policies: [] },
        {
          kind: "resource-based policy",
          conclusion: "not-asked",
          why: "inside the account it is not needed",
          policies: [],
        },
        {
          kind: "identity-based policy",
          conclusion: "no-allow",
          policies: [
            {
              policy: "P",
              statements: [
                {
                  statement: "Team",
                  effect: "Allow",
                  applies: false,
                  failed: "condition",
                  conditions: [
                    {
                      operator: "StringEquals",
                      key: "aws:PrincipalTag/team",
                      wanted: ["credit"],
                      present: null,
                      held: false,
                    },
                  ],
                },
              ],
              aboutOtherActions: 2,
            },
          ],
        },
      ],
      keys: { "aws:username": ["alice"] },
      remedies: ["An identity-based policy must allow it."],
    },
  ],
};

describe("an explanation for a terminal", () => {
  const text = explanationText(explanation);

  it("fits into 100 columns, whatever it tells", () => {
    for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
  });

  it("tells who, from where, what, each decision, each step, and what would have to change", () => {
    for (const told of [
      "PutObject of s3.amazonaws.com: refused with AccessDenied",
      "who      arn:aws:iam::111122223333:user/alice (IAMUser, access key AKIAIOSFODNN7EXAMPLE)",
      "from     10.0.0.5, through the VPC endpoint vpce-1",
      "told     You are not authorized.\n",
      "allowed by identity-based policy P, statement S",
      "DENIED: no identity-based policy allows it",
      "… and 3 more allowed, 4 more denied",
      "service control policy of the account: allows",
      "resource-based policy: not asked: inside the account it is not needed",
      "identity-based policy: HAS NO ALLOW",
      "Allow Team: does not apply: a condition does not hold",
      "FAILS: StringEquals aws:PrincipalTag/team: wanted credit; not present",
      "2 about other actions",
      "aws:username                 alice",
      "- An identity-based policy must allow it.",
    ]) {
      assert.ok(text.includes(told), told);
    }
  });

  it("says so where no policy was asked", () => {
    const refused = explanationText({ event: explanation.event, decisions: [], denials: [] });
    assert.match(refused, /No policy was asked: it was refused before\./);
    const { eventTime, eventSource, eventName, userIdentity, sourceIPAddress, requestID, additionalEventData } =
      explanation.event;
    const answered = {
      eventTime,
      eventSource,
      eventName,
      userIdentity,
      sourceIPAddress,
      requestID,
      additionalEventData,
    };
    assert.match(explanationText({ event: answered, decisions: [], denials: [] }), /the operation needs no permission/);
  });
});
