import {
  AdminClient,
  AdminError,
  ExplainRequestCommand,
  ListRefusalsCommand,
  type ListedRefusal,
  type RequestExplanation,
} from "@strongroom/admin-api";
import type { Command } from "../command.ts";
import { Connection } from "../connection.ts";
import { administrator, pathsOf, requireServer } from "../environment.ts";
import { explanationText } from "../explanation.ts";
import { Failure, Misuse } from "../outcome.ts";
import { present } from "../present.ts";
import { textTable } from "../text-table.ts";

export const explain: Command = async (options) => {
  const [requestId, ...more] = options.words;
  if (more.length > 0 || (requestId === undefined) !== options.last) {
    throw new Misuse("usage: ./strongroom explain REQUEST-ID, or ./strongroom explain --last");
  }
  const paths = pathsOf(options.data);
  using connection = new Connection(await requireServer(paths), await administrator(paths));
  const client = new AdminClient(connection.adminSettings());
  const text =
    requestId === undefined ? await listed(client, options.json) : await explained(client, requestId, options.json);
  process.stdout.write(`${text}\n`);
  return 0;
};

async function explained(client: AdminClient, RequestId: string, json: boolean): Promise<string> {
  try {
    const { Explanation } = await client.send(new ExplainRequestCommand({ RequestId }));
    const document = present(Explanation, "Explanation");
    return json ? document : explanationText(JSON.parse(document) as RequestExplanation);
  } catch (error) {
    const isUnknown = error instanceof AdminError && error.name === "ResourceNotFoundException";
    throw isUnknown ? new Failure(error.message) : error;
  }
}

async function listed(client: AdminClient, json: boolean): Promise<string> {
  const { Refusals } = await client.send(new ListRefusalsCommand({}));
  const document = present(Refusals, "Refusals");
  if (json) return document;
  const refusals = JSON.parse(document) as readonly ListedRefusal[];
  if (refusals.length === 0) return "Nothing was refused lately.";
  const rows = refusals.map(({ requestID, eventTime, principal = "?", action = "?" }) => [
    eventTime.slice(5, 19).replace("T", " "),
    requestID,
    principal.split(/[:/]/).slice(-2).join("/"),
    action,
  ]);
  return textTable([["when", "request", "who", "action"], ...rows], [14, 36, 20, 24]);
}
