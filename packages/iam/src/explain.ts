import type { StatementName, Verdict } from "./decide.ts";
import type { AccessRequest } from "./request.ts";

/** AWS's sentence for a refusal, and which statement of which policy decided. */
export interface Explanation {
  /** What the caller is told. For an explicit deny it ends with the policy and the statement. */
  readonly message: string;
  /** The statement that decided, or the kind of policy that has no allow and what came closest to one. */
  readonly because: string;
}

export function explain(request: AccessRequest, verdict: Verdict): Explanation {
  const { principal, action, resource } = request;
  const who = principal.kind === "service" ? `Service: ${principal.arn}` : `User: ${principal.arn}`;
  const what = `perform: ${action} on resource: ${resource}`;
  switch (verdict.outcome) {
    case "allowed": {
      const by = verdict.statement === undefined ? verdict.by : `${verdict.by} ${named(verdict.statement)}`;
      return { message: `${who} is authorized to ${what}`, because: `allowed by ${by}` };
    }
    case "explicit-deny": {
      const by = `${article(verdict.by)} ${verdict.by}`;
      return {
        message: `${who} is not authorized to ${what} with an explicit deny in ${by} (${named(verdict.statement)})`,
        because: `denied by ${verdict.by} ${named(verdict.statement)}`,
      };
    }
    case "implicit-deny": {
      const near = verdict.nearly.map(
        ({ statement, conditions }) => `; ${named(statement)} would, but for ${conditions.join(", ")}`,
      );
      return {
        message: `${who} is not authorized to ${what} because no ${verdict.by} allows the ${action} action`,
        because: `no ${verdict.by} allows it${near.join("")}`,
      };
    }
  }
}

function named({ policy, statement }: StatementName): string {
  return `${policy}, statement ${statement}`;
}

function article(kind: string): string {
  return /^[aeiou]/.test(kind) ? "an" : "a";
}
