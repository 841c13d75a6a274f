import { VerifyAuditCommand } from "@strongroom/admin-api";
import type { Trail } from "../../audit/index.ts";
import { operation } from "../operation.ts";

/** ⑤ Reads the whole trail and says whether it is what was written. */
export const verifyAudit = (trail: Pick<Trail, "verify">) =>
  operation(VerifyAuditCommand, {
    members: {},
    permissions: () => [{ action: "strongroom:VerifyAudit", resource: "*" }],
    mutates: false,
    handle: async () => {
      const verdict = await trail.verify();
      if (verdict.held) {
        const { records, segments, headHash } = verdict;
        return { Held: true, Records: records, Segments: segments, HeadHash: headHash };
      }
      return {
        Held: false,
        Problem: verdict.problem,
        ...(verdict.segment === undefined ? {} : { Segment: verdict.segment }),
        ...(verdict.record === undefined ? {} : { Record: verdict.record }),
      };
    },
  });
