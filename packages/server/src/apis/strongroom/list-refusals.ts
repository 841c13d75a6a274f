import { ListRefusalsCommand } from "@strongroom/admin-api";
import { AwsError, integer } from "@strongroom/wire";
import type { Trail, TrailEvent } from "../../audit/index.ts";
import { operation } from "../operation.ts";

const defaultResults = 20;

/** ② The newest requests of which something was refused, so that one can be explained. */
export const listRefusals = (trail: Pick<Trail, "lookup">) =>
  operation(ListRefusalsCommand, {
    members: { MaxResults: integer({ min: 1, max: 100 }) },
    permissions: () => [{ action: "strongroom:ListRefusals", resource: "*" }],
    mutates: false,
    handle: async ({ MaxResults = defaultResults }) => {
      const page = await trail.lookup({ refused: true, limit: MaxResults });
      if (page.kind === "damaged") {
        throw new AwsError({ code: "TrailDamagedException", message: page.problem, status: 500 });
      }
      return { Refusals: JSON.stringify(page.events.map(refusalOf)) };
    },
  });

function refusalOf({ requestID, eventTime, eventName, eventSource, userIdentity, denials }: TrailEvent): object {
  const [denial] = (denials ?? []) as readonly { action: string; resource: string; because: string }[];
  const { arn } = userIdentity;
  return { requestID, eventTime, eventSource, eventName, principal: arn, ...pick(denial) };
}

const pick = (denial: { action: string; resource: string; because: string } | undefined): object =>
  denial === undefined ? {} : { action: denial.action, resource: denial.resource, because: denial.because };
