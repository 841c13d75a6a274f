import { Clients } from "../clients.ts";
import type { Command } from "../command.ts";
import { administrator, pathsOf, requireServer } from "../environment.ts";
import { Misuse } from "../outcome.ts";
import { reproduce as reproduceJob } from "../reproduction.ts";

export const reproduce: Command = async (options) => {
  const [name, ...more] = options.words;
  if (name === undefined || more.length > 0) throw new Misuse("usage: ./strongroom reproduce TRAINING-JOB");
  const paths = pathsOf(options.data);
  using clients = new Clients(await requireServer(paths), await administrator(paths));
  const result = await reproduceJob(clients, name);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${result.sentence}\n`);
  return result.identical ? 0 : 1;
};
