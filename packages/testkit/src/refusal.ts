import { AdminClient, ExplainRequestCommand, type RequestExplanation } from "@strongroom/admin-api";
import type { Clients } from "./clients.ts";

/** A refusal, as its caller is told it and as an administrator is. */
export interface Refusal {
  readonly name: string;
  readonly message: string;
  /** What decided: the kind of policy, its name and the statement, or the kind that has no allow. */
  readonly because: string;
}

/** Why a call was refused, asked for by `administrator`. Throws where it was not refused by a decision. */
export async function refusalOf(administrator: Clients, call: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await call.then(
    () => new Error("the call was answered"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error("what was thrown is no error", { cause: error });
  const { requestId } = (error as { $metadata?: { requestId?: string } }).$metadata ?? {};
  if (requestId === undefined) throw error;
  const { place, credentials, agent } = administrator;
  const admin = new AdminClient({ ...place, credentials, agent });
  const { Explanation } = await admin.send(new ExplainRequestCommand({ RequestId: requestId }));
  const [denial] = (JSON.parse(Explanation ?? "{}") as RequestExplanation).denials;
  if (denial === undefined) throw error;
  return { name: error.name, message: error.message, because: denial.because };
}
