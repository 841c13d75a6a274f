import { Clients } from "../clients.ts";
import type { Command } from "../command.ts";
import { administrator, pathsOf, requireServer } from "../environment.ts";
import { Misuse } from "../outcome.ts";
import { namesOf } from "../project/names.ts";
import { ensureProject } from "../project/project.ts";

export const project: Command = async (options) => {
  const [verb, name, ...more] = options.words;
  if (verb !== "create" || name === undefined || more.length > 0)
    throw new Misuse("usage: ./strongroom project create NAME");
  const names = namesOf(name);
  if ("problem" in names) throw new Misuse(names.problem);
  const paths = pathsOf(options.data);
  using clients = new Clients(await requireServer(paths), await administrator(paths));
  const made = await ensureProject(clients, names, (line) => {
    if (!options.json) process.stdout.write(`  ${line}\n`);
  });
  process.stdout.write(options.json ? `${JSON.stringify(made)}\n` : `The project ${name} is ready.\n`);
  return 0;
};
