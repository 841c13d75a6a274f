import { ExplainRequestCommand } from "@strongroom/admin-api";
import { AwsError, text } from "@strongroom/wire";
import { remediesOf, type AuthorizationRecord, type DenialRecord } from "../../access/index.ts";
import { cloudTrailRecord, type FoundRequest, type Trail, type TrailEvent } from "../../audit/index.ts";
import { operation } from "../operation.ts";

/** ② Who asked for what, and the verdict step by step, for administrators; refusals tell their callers far less. */
export const explainRequest = (trail: Pick<Trail, "findRequest">) =>
  operation(ExplainRequestCommand, {
    members: { RequestId: text({ min: 1, max: 64, pattern: /[A-Za-z0-9-]+/ }) },
    permissions: () => [{ action: "strongroom:ExplainRequest", resource: "*" }],
    mutates: false,
    handle: async ({ RequestId }) => {
      const found = await findAsked(trail, RequestId);
      switch (found.kind) {
        case "found":
          return { RequestId, Explanation: JSON.stringify(explanationOf(found.event)) };
        case "not-found":
          throw new AwsError({
            code: "ResourceNotFoundException",
            message: `The trail has no request ${RequestId}.`,
            status: 400,
          });
        case "damaged":
          throw new AwsError({ code: "TrailDamagedException", message: found.problem, status: 500 });
      }
    },
  });

/** Of what a service did with a key for somebody, what is explained is the request that it did so for. */
async function findAsked(trail: Pick<Trail, "findRequest">, requestId: string): Promise<FoundRequest> {
  const found = await trail.findRequest(requestId);
  if (found.kind !== "found") return found;
  const { onBehalfOf } = (found.event.additionalEventData ?? {}) as { onBehalfOf?: { requestID: string } };
  return onBehalfOf === undefined ? found : await trail.findRequest(onBehalfOf.requestID);
}

/** The record as CloudTrail would show it, the decisions, and for each denial its steps and what would have to change. */
function explanationOf(event: TrailEvent): object {
  const { authorization } = (event.additionalEventData ?? {}) as { authorization?: AuthorizationRecord };
  // What the trail opened is what this server sealed into it.
  const denials = (event.denials ?? []) as readonly DenialRecord[];
  return {
    event: cloudTrailRecord(event),
    decisions: authorization?.decisions ?? [],
    leftOut: authorization?.leftOut,
    denials: denials.map((denial) => ({ ...denial, remedies: remediesOf(denial) })),
  };
}
