import { readFile } from "node:fs/promises";
import type { CommandOptions } from "../command.ts";
import { pathsOf } from "../environment.ts";
import { findLogin, type Login } from "./login-store.ts";

/** The login of a profile at the server of the data folder; where that cannot be read, at the only server there is one of. */
export async function loginOf(profile: string, { data }: Pick<CommandOptions, "data">): Promise<Login | undefined> {
  return await findLogin(profile, await certificateOf(pathsOf(data).caFile));
}

async function certificateOf(caFile: string): Promise<string | undefined> {
  try {
    return await readFile(caFile, "utf8");
  } catch {
    return undefined;
  }
}
