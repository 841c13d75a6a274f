import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import type { Command } from "../command.ts";
import { Connection } from "../connection.ts";
import { administrator, pathsOf, requireServer } from "../environment.ts";
import { Misuse } from "../outcome.ts";

export const verify: Command = async (options) => {
  const [what, ...more] = options.words;
  if (what !== "audit" || more.length > 0) throw new Misuse("usage: ./strongroom verify audit");
  const paths = pathsOf(options.data);
  using connection = new Connection(await requireServer(paths), await administrator(paths));
  const verdict = await new AdminClient(connection.adminSettings()).send(new VerifyAuditCommand({}));
  if (options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  else if (verdict.Held === true)
    process.stdout.write(`The trail holds: ${verdict.Records ?? 0} records, head ${verdict.HeadHash ?? ""}\n`);
  else
    process.stdout.write(
      `THE TRAIL DOES NOT HOLD: ${verdict.Segment ?? ""}, record ${verdict.Record ?? "?"}: ${verdict.Problem ?? ""}\n`,
    );
  return verdict.Held === true ? 0 : 1;
};
