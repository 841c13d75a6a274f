import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CommandOptions } from "../command.ts";
import { pathsOf, requireServer } from "../environment.ts";
import { Misuse } from "../outcome.ts";

/** Where a person signs in: the server of a data folder, or one elsewhere. */
export interface ServerPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly caFile: string;
  /** The certificate authority, as PEM. */
  readonly ca: string;
}

const defaultRegion = "us-east-1";

export async function placeOf(options: CommandOptions): Promise<ServerPlace> {
  const { endpoint, ca } = options;
  if (endpoint === undefined) {
    const server = await requireServer(pathsOf(options.data));
    return { ...server, ca: await readFile(server.caFile, "utf8") };
  }
  if (ca === undefined) throw new Misuse("--endpoint takes --ca FILE, the server's ca.pem");
  if (URL.parse(endpoint)?.protocol !== "https:") throw new Misuse(`--endpoint ${endpoint} is not an https:// address`);
  const caFile = resolve(ca);
  try {
    return { endpoint, region: defaultRegion, caFile, ca: await readFile(caFile, "utf8") };
  } catch {
    throw new Misuse(`--ca ${ca} cannot be read`);
  }
}
