import { AccessDenied } from "../access/index.ts";
import type { Authority } from "../access/index.ts";
import type { EncryptionContext } from "./ciphertext-blob.ts";
import { contextFault, keyPermission } from "./key-condition.ts";
import { refused } from "./key-refusal.ts";
import type { KeyRefusal } from "./key-refusal.ts";
import type { AbsentKey, FoundKey } from "./key-ring.ts";
import type { Keys } from "./keys.ts";
import { invalidCiphertext } from "./key-use.ts";
import type { DataKey, KeyUse } from "./key-use.ts";

interface OpenedDataKey {
  readonly kind: "key";
  readonly keyArn: string;
  /** The caller wipes it when done. */
  readonly plaintext: Uint8Array;
}

/** Somebody may use a key now, which is in a state to be used. */
interface Admitted {
  readonly kind: "admitted";
  readonly keyArn: string;
  /** Of the key's material, that new ciphertexts are made with. */
  readonly version: number;
}

/** The service in whose name a key is used for somebody. */
type KeyUsingService = "s3" | "sagemaker";

interface Asked {
  readonly context: EncryptionContext;
  readonly authority: Authority;
  readonly via: KeyUsingService;
}
type GenerateRequest = Asked & { readonly keyId: string };
type UnwrapRequest = Asked & { readonly wrapped: Uint8Array };

const dataKeyBytes = 32;

/**
 * Data keys for objects, volumes and artifacts, on behalf of whoever they are made or opened for:
 * that principal must be allowed to use the key through the service, by the key's policy too.
 */
export class DataKeys {
  readonly #keys: Keys;
  readonly #use: KeyUse;

  constructor(keys: Keys, use: KeyUse) {
    this.#keys = keys;
    this.#use = use;
  }

  /** A new 32-byte key and its wrapped form, which alone is to be stored. `keyId`: any of a key's names. */
  generate(x: GenerateRequest): DataKey | KeyRefusal {
    const found = this.#keys.find(x.keyId);
    const denial = denialOf("kms:GenerateDataKey", found, x);
    if (denial !== undefined) return denial;
    if (found.kind === "absent") return found.refusal;
    return this.#use.generateUnder(found, dataKeyBytes, x.context);
  }

  /** Whether `generate` would make a key: for whoever goes on with one that was made before. */
  mayGenerate(x: GenerateRequest): Admitted | KeyRefusal {
    return this.#admitted("kms:GenerateDataKey", this.#keys.find(x.keyId), x);
  }

  /** Whether `unwrap` would open this: for whoever holds what is in it. The context is not compared. */
  mayUnwrap(x: UnwrapRequest): Admitted | KeyRefusal {
    const found = this.#use.keyOf(x.wrapped);
    return found === undefined ? invalidCiphertext() : this.#admitted("kms:Decrypt", found, x);
  }

  #admitted(action: string, found: FoundKey | AbsentKey, x: Asked): Admitted | KeyRefusal {
    const denial = denialOf(action, found, x);
    if (denial !== undefined) return denial;
    if (found.kind === "absent") return found.refusal;
    const { keyArn, row } = found;
    return this.#use.fault(found) ?? { kind: "admitted", keyArn, version: row.currentVersion };
  }

  /** Opens what `generate` wrapped, under the same context. */
  unwrap(x: UnwrapRequest): OpenedDataKey | KeyRefusal {
    const found = this.#use.keyOf(x.wrapped);
    if (found === undefined) return invalidCiphertext();
    const denial = denialOf("kms:Decrypt", found, x);
    if (denial !== undefined) return denial;
    const decrypted = this.#use.decrypt(x.wrapped, x.context);
    if (decrypted.kind === "refused") return decrypted;
    return { kind: "key", keyArn: decrypted.keyArn, plaintext: decrypted.plaintext };
  }

  /** The key ARN that any of a key's names stands for now. */
  arnNamed(keyId: string): string {
    return this.#keys.arnNamed(keyId);
  }

  /** The ARN of the key that a service uses where no other is named (alias/aws/s3); made on demand. */
  serviceManaged(service: KeyUsingService): string {
    return this.#keys.serviceManaged(service).keyArn;
  }
}

/** ④ no data key is made or opened for somebody who may not use its key through this service. */
function denialOf(action: string, found: FoundKey | AbsentKey, x: Asked): KeyRefusal | undefined {
  const permission = keyPermission(action, found, x.context);
  const fault = contextFault(x.context);
  if (fault !== undefined) return refused("access-denied", `${action} on ${permission.resource}: ${fault}`);
  try {
    x.authority.via(x.via).demand(permission);
    return undefined;
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    return refused("access-denied", error.message, permission.resource);
  }
}
