import type { PolicyEvaluationDecisionType, Statement } from "@aws-sdk/client-iam";
import type { Access, SimulatedResult, Simulation } from "../../../access/index.ts";
import { pageEnd, pageOfList } from "../paging.ts";

interface Questions {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

const digitsMax = 10;

/** Every action on every resource, in the order that was asked; only what the page holds is decided. */
export function evaluations(access: Pick<Access, "simulator">, simulation: Simulation, input: Questions) {
  const resources = input.ResourceArns === undefined || input.ResourceArns.length === 0 ? ["*"] : input.ResourceArns;
  const questions = input.ActionNames.flatMap((action) => resources.map((resource) => ({ action, resource })));
  const page = pageOfList(
    questions.map((question, at) => ({ ...question, name: String(at).padStart(digitsMax, "0") })),
    input,
  );
  const EvaluationResults = page.items.map(({ action, resource }) => {
    const resourceAccountId = accountIn(resource) ?? simulation.resourceAccountId;
    return evaluation(action, resource, access.simulator.run({ ...simulation, resourceAccountId }, action, resource));
  });
  return { EvaluationResults, ...pageEnd(page) };
}

function evaluation(action: string, resource: string, result: SimulatedResult) {
  const { allowedByBoundary, allowedByOrganization, sides } = result;
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decisions[result.decision],
    MatchedStatements: result.matched.map(statement),
    MissingContextValues: [...result.missing],
    ...(allowedByOrganization === undefined
      ? {}
      : { OrganizationsDecisionDetail: { AllowedByOrganizations: allowedByOrganization } }),
    ...(allowedByBoundary === undefined
      ? {}
      : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedByBoundary } }),
    ...(sides === undefined
      ? {}
      : {
          EvalDecisionDetails: {
            "IAM Policy": decisions[sides.identity],
            "Resource Policy": decisions[sides.resource],
          },
        }),
  };
}

const decisions = {
  allowed: "allowed",
  "explicit-deny": "explicitDeny",
  "implicit-deny": "implicitDeny",
} as const satisfies Record<SimulatedResult["decision"], PolicyEvaluationDecisionType>;

function statement({ id, type, place }: SimulatedResult["matched"][number]): Statement {
  const source = { SourcePolicyId: id, SourcePolicyType: type };
  if (place === undefined) return source;
  const { start, end } = place;
  return {
    ...source,
    StartPosition: { Line: start.line, Column: start.column },
    EndPosition: { Line: end.line, Column: end.column },
  };
}

/** The account that an ARN names; buckets and objects name none. */
function accountIn(resource: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
}
