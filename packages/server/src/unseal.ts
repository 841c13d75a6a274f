import { readFile } from "node:fs/promises";
import { CannotStart, holdsData } from "./data-folder.ts";
import { createSeal, openSeal, secretNames, sweepSeals, type NewSecret, type Seal } from "./encryption/index.ts";
import type { SecretConfig, ServerConfig } from "./platform/index.ts";

type Given = Exclude<NewSecret, { readonly kind: "shares" }>;

/** Opens the folder's seal, or makes it at the very first start. */
export async function unseal({ dataDir, secret: config }: Pick<ServerConfig, "dataDir" | "secret">): Promise<Seal> {
  const secret = await secretOf(config);
  await sweepSeals(dataDir);
  try {
    return await opened(dataDir, secret);
  } finally {
    // ④ what opened the seal is not needed any more. A passphrase is a string, which nothing can wipe.
    if (secret.kind === "key-file") secret.content.fill(0);
  }
}

async function opened(dataDir: string, secret: Given): Promise<Seal> {
  const outcome = await openSeal(dataDir, secret);
  switch (outcome.kind) {
    case "open":
      return outcome.seal;
    case "wrong-secret":
      throw new CannotStart(wrongSecret(dataDir, secret.kind, outcome.expects));
    case "refused":
      throw new CannotStart(outcome.message);
    case "damaged":
      throw new CannotStart(`${outcome.path} was changed and cannot be read: put back a copy of it`);
    case "no-seal":
      return await firstSeal(dataDir, secret);
  }
}

function wrongSecret(dataDir: string, given: Given["kind"], expects: NewSecret["kind"]): string {
  if (expects === given) return `the ${secretNames[given]} does not open the seal of ${dataDir}`;
  if (expects === "shares") {
    return `the seal of ${dataDir} opens with shares: start with --sealed, and give them with ./strongroom unseal`;
  }
  return `the seal of ${dataDir} was made with a ${expects}, not with a ${given}`;
}

async function firstSeal(dataDir: string, secret: Given): Promise<Seal> {
  // ④ a folder that has data but no seal has lost it; a new one would lock the data away for good.
  if (await holdsData(dataDir))
    throw new CannotStart(`${dataDir} holds data, and its seal.json is gone: put back a copy of it`);
  const created = await createSeal(dataDir, secret);
  if (created.kind === "weak-secret" || created.kind === "refused") throw new CannotStart(created.message);
  if (created.kind === "already-sealed") throw new CannotStart(`${dataDir} was sealed by another server just now`);
  return created.seal;
}

/** The secret that a setting names. Throws CannotStart where it cannot be had. */
export async function secretOf(secret: SecretConfig): Promise<Given> {
  switch (secret.kind) {
    case "passphrase":
      return { kind: "passphrase", passphrase: secret.text };
    case "pkcs11":
      return { kind: "pkcs11", token: { ...secret.place, pin: secret.pin } };
    case "asked":
      throw new CannotStart("the secret was not brought yet");
    case "key-file":
      try {
        return { kind: "key-file", content: await readFile(secret.path) };
      } catch {
        throw new CannotStart(`the key file ${secret.path} cannot be read`);
      }
  }
}
