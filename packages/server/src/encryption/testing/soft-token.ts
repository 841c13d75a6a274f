import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TokenPlace } from "../pkcs11/token.ts";

const module = "/usr/lib/softhsm/libsofthsm2.so";
const programs = [module, "/usr/bin/softhsm2-util", "/usr/bin/pkcs11-tool"];

/** What keeps these tests from running, in one sentence; false where nothing does. */
export const softTokenLacks =
  !programs.every((path) => existsSync(path)) && "SoftHSM and OpenSC are not installed here (softhsm2, opensc)";

export interface SoftToken extends AsyncDisposable {
  readonly place: TokenPlace;
  /** SoftHSM's settings file: what SOFTHSM2_CONF names in the environment of whoever uses the token. */
  readonly settings: string;
  /** OpenSC's tool on the same token, logged in. */
  pkcs11Tool(...words: readonly string[]): string;
}

/**
 * A token of SoftHSM's in a folder of its own. SoftHSM reads its settings from the environment when it is initialized,
 * so a process has one token at a time.
 */
export async function softToken(): Promise<SoftToken> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-token-"));
  await mkdir(join(folder, "tokens"));
  const settings = join(folder, "softhsm2.conf");
  await writeFile(settings, `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\n`);
  const place = { module, token: "strongroom test", key: "seal", pin: "24681357" };
  const run = (program: string, ...words: readonly string[]) =>
    execFileSync(program, words, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { SOFTHSM2_CONF: settings },
    });
  run(
    "/usr/bin/softhsm2-util",
    "--init-token",
    "--free",
    "--label",
    place.token,
    "--so-pin",
    "12345678",
    "--pin",
    place.pin,
  );
  const login = ["--module", module, "--token-label", place.token, "--login", "--pin", place.pin];
  return {
    place,
    settings,
    pkcs11Tool: (...words) => run("/usr/bin/pkcs11-tool", ...login, ...words),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
