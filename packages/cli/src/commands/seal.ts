import { randomBytes } from "node:crypto";
import { existsSync, realpathSync, writeSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { SecretInput } from "../ask-secret.ts";
import type { Command, CommandOptions } from "../command.ts";
import { pathsOf, type EnvironmentPaths } from "../environment.ts";
import { Failure, Misuse } from "../outcome.ts";
import { changeSeal } from "../seal/change-program.ts";
import type { SealStatus } from "../seal/sealed-server.ts";

const usage = "usage: ./strongroom seal change --to passphrase|key-file|pkcs11, or ./strongroom seal shares";

const newKinds = ["passphrase", "key-file", "pkcs11"] as const;

export const seal: Command = async (options) => {
  const [what, ...more] = options.words;
  if ((what !== "change" && what !== "shares") || more.length > 0) throw new Misuse(usage);
  const paths = pathsOf(options.data, options["key-file"]);
  if (options.out !== undefined) refuseInside(paths, options.out);
  using input = new Lazy();
  const to = what === "shares" ? sharesAsked(options) : undefined;
  const kind = newKinds.find((name) => name === options.to);
  if (to === undefined && kind === undefined) throw new Misuse(usage);
  const changed = await changeSeal(paths.dataDir, {
    from: (status) => currentSecret(status, paths, input),
    to: async () => to ?? (kind === undefined ? {} : await newSecret(kind, options, paths, input)),
    keep: (shares) => keep(shares, options.out),
  });
  if (options.json) process.stdout.write(`${JSON.stringify(changed)}\n`);
  else
    process.stderr.write(
      `The seal was changed from ${changed.from} to ${changed.to}. The old secret opens nothing any more.\n`,
    );
  return 0;
};

/** Standard input is taken only where something is read from it. */
class Lazy implements Disposable {
  #input: SecretInput | undefined;
  get(): SecretInput {
    return (this.#input ??= new SecretInput());
  }
  [Symbol.dispose](): void {
    this.#input?.[Symbol.dispose]();
  }
}

function sharesAsked({ threshold, shares, to }: CommandOptions): object {
  if (to !== undefined) throw new Misuse("--to is for ./strongroom seal change");
  if (threshold === undefined || shares === undefined) throw new Misuse("--threshold and --shares say how many");
  return { kind: "shares", threshold: countOf("--threshold", threshold), count: countOf("--shares", shares) };
}

function countOf(option: string, text: string): number {
  if (!/^[0-9]{1,3}$/.test(text)) throw new Misuse(`${option} takes a number, not "${text}"`);
  return Number(text);
}

async function newSecret(
  kind: (typeof newKinds)[number],
  options: CommandOptions,
  paths: EnvironmentPaths,
  input: Lazy,
): Promise<object> {
  switch (kind) {
    case "passphrase": {
      const told = process.env["STRONGROOM_NEW_PASSPHRASE"];
      if (told !== undefined) return { kind: "passphrase", text: told };
      const text = await input.get().require("New passphrase");
      const again = process.stdin.isTTY ? await input.get().require("New passphrase, again") : text;
      if (again !== text) throw new Failure("the two passphrases differ: nothing was changed");
      return { kind: "passphrase", text };
    }
    case "key-file": {
      const path = options["new-key-file"];
      if (path === undefined) throw new Misuse("--new-key-file says where the new key file lies, or is to be made");
      refuseInside(paths, path);
      await makeKeyFile(resolve(path));
      return { kind: "key-file", path: resolve(path) };
    }
    case "pkcs11":
      return await tokenSecret(input);
  }
}

/** ④ what opens the data never lies among it: a copy of the data folder gives nothing away. */
function refuseInside({ dataDir }: EnvironmentPaths, path: string): void {
  if (isBelow(realPathOf(path), realPathOf(dataDir))) {
    throw new Misuse(`${path} lies in the data folder ${dataDir}, which must not hold what opens it`);
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

/** Through links, of what is there of it. */
function realPathOf(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  return join(realPathOf(dirname(absolute)), basename(absolute));
}

/** A key file that is there is taken as it is. */
async function makeKeyFile(path: string): Promise<void> {
  if (!existsSync(path)) await writeDurably(path, `${randomBytes(32).toString("base64")}\n`);
}

async function tokenSecret(input: Lazy): Promise<object> {
  const { STRONGROOM_PKCS11_MODULE: module, STRONGROOM_PKCS11_TOKEN: token } = process.env;
  if (module === undefined || token === undefined) {
    throw new Misuse(
      "STRONGROOM_PKCS11_MODULE and STRONGROOM_PKCS11_TOKEN name the module's library and the token's label",
    );
  }
  const key = process.env["STRONGROOM_PKCS11_KEY"] ?? "strongroom";
  const pin = process.env["STRONGROOM_PKCS11_PIN"] ?? (await input.get().require("PIN of the token"));
  return { kind: "pkcs11", place: { module: resolve(module), token, key }, pin };
}

async function currentSecret(status: SealStatus, paths: EnvironmentPaths, input: Lazy): Promise<object> {
  switch (status.kind) {
    case "key-file":
      return { kind: "key-file", path: paths.keyFile };
    case "passphrase": {
      const text = process.env["STRONGROOM_PASSPHRASE"] ?? (await input.get().require("Current passphrase"));
      return { kind: "passphrase", text };
    }
    case "pkcs11":
      return await tokenSecret(input);
    case "shares": {
      const { threshold = 0 } = status.shares ?? {};
      const texts: string[] = [];
      while (texts.length < threshold)
        texts.push(await input.get().require(`Share ${texts.length + 1} of ${threshold}`));
      return { kind: "shares", texts };
    }
  }
}

/** Before the old secret stops opening the seal: a file each, durable, or all on standard output. */
async function keep(shares: readonly string[], folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    print(shares);
    return;
  }
  await mkdir(resolve(folder), { recursive: true, mode: 0o700 });
  const written: string[] = [];
  try {
    for (const [index, share] of shares.entries()) {
      const path = join(resolve(folder), `share-${index + 1}`);
      await writeDurably(path, `${share}\n`);
      written.push(path);
    }
    await using handle = await open(resolve(folder), "r");
    await handle.sync();
  } catch (error) {
    // They open nothing, and would stand in the way of those that do.
    for (const path of written) await rm(path, { force: true });
    throw error;
  }
}

function print(shares: readonly string[]): void {
  try {
    for (const share of shares) writeSync(process.stdout.fd, `${share}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`the shares cannot be written to standard output: ${why}; nothing was changed`);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using handle = await open(path, "wx", 0o600).catch((error: unknown) => {
    throw new Failure(`${path} cannot be made: ${error instanceof Error ? error.message : ""}; nothing was changed`);
  });
  await handle.writeFile(text);
  await handle.sync();
}
