import { AccessDenied } from "../access/index.ts";
import type { Authority } from "../access/index.ts";
import type { EncryptionContext } from "./ciphertext-blob.ts";
import { contextFault, keyPermission } from "./key-condition.ts";
import { refused } from "./key-refusal.ts";
import type { KeyRefusal, KeyRefusalReason } from "./key-refusal.ts";
import type { AbsentKey, FoundKey } from "./key-ring.ts";
import type { Keys } from "./keys.ts";
import { invalidCiphertext } from "./key-use.ts";
import type { DataKey, KeyUse } from "./key-use.ts";

interface OpenedDataKey {
  readonly kind: "key";
  readonly keyArn: string;
  readonly materialId: string;
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

/** What a service did, or was refused to do, with a key for somebody. */
export interface ServiceKeyUse {
  readonly operation: "GenerateDataKey" | "Decrypt";
  readonly via: KeyUsingService;
  /** Undefined where a ciphertext names no key at all. */
  readonly keyArn: string | undefined;
  readonly context: EncryptionContext;
  readonly materialId?: string;
  /** Why it was not done, by the code that KMS would answer with. */
  readonly refusal?: { readonly errorCode: string; readonly message: string };
}

/** Hears of every use; resolves when its record is on the disk or goes with that of the request that led to it. */
export type NoteKeyUse = (use: ServiceKeyUse, authority: Authority) => Promise<void>;

/** Codes of KMS's answers. */
const errorCodes: Readonly<Record<KeyRefusalReason, string>> = {
  "access-denied": "AccessDenied",
  "not-found": "NotFoundException",
  disabled: "DisabledException",
  "pending-deletion": "KMSInvalidStateException",
  "pending-import": "KMSInvalidStateException",
  "invalid-usage": "InvalidKeyUsageException",
  "invalid-ciphertext": "InvalidCiphertextException",
};

const dataKeyBytes = 32;

/** `noted` as NoteKeyUse tells it: whoever hands the key on outside of a request waits for it. */
type Noted<T> = T & { readonly noted: Promise<void> };

/**
 * Data keys for objects, volumes and artifacts, on behalf of whoever they are made or opened for:
 * that principal must be allowed to use the key through the service, by the key's policy too. ⑤ Every use is
 * noted, those that are refused as well.
 */
export class DataKeys {
  readonly #keys: Keys;
  readonly #use: KeyUse;
  readonly #note: NoteKeyUse;

  constructor(keys: Keys, use: KeyUse, note: NoteKeyUse) {
    this.#keys = keys;
    this.#use = use;
    this.#note = note;
  }

  /** A new 32-byte key and its wrapped form, which alone is to be stored. `keyId`: any of a key's names. */
  generate(x: GenerateRequest): Noted<DataKey> | KeyRefusal {
    const found = this.#keys.find(x.keyId);
    return this.#noted("GenerateDataKey", x, found, () => {
      const denial = denialOf("kms:GenerateDataKey", found, x);
      if (denial !== undefined) return denial;
      if (found.kind === "absent") return found.refusal;
      return this.#use.generateUnder(found, dataKeyBytes, x.context);
    });
  }

  /** Whether `generate` would make a key: for whoever goes on with one that was made before. */
  mayGenerate(x: GenerateRequest): Admitted | KeyRefusal {
    return this.#admitted("GenerateDataKey", this.#keys.find(x.keyId), x);
  }

  /** Whether `unwrap` would open this: for whoever holds what is in it. The context is not compared. */
  mayUnwrap(x: UnwrapRequest): Admitted | KeyRefusal {
    return this.#admitted("Decrypt", this.#use.keyOf(x.wrapped), x);
  }

  /** ⑤ no key is used here, and nothing is noted but a refusal. */
  #admitted(
    operation: ServiceKeyUse["operation"],
    found: FoundKey | AbsentKey | undefined,
    x: Asked,
  ): Admitted | KeyRefusal {
    const admitted = admissionOf(this.#use, operation, found, x);
    if (admitted.kind === "refused") this.#noteRefusal(operation, x, found, admitted);
    return admitted;
  }

  /** Opens what `generate` wrapped, under the same context. */
  unwrap(x: UnwrapRequest): Noted<OpenedDataKey> | KeyRefusal {
    const found = this.#use.keyOf(x.wrapped);
    return this.#noted("Decrypt", x, found, () => {
      if (found === undefined) return invalidCiphertext();
      const denial = denialOf("kms:Decrypt", found, x);
      if (denial !== undefined) return denial;
      const decrypted = this.#use.decrypt(x.wrapped, x.context);
      return decrypted.kind === "refused" ? decrypted : { ...decrypted, kind: "key" };
    });
  }

  #noted<T extends { readonly kind: "key"; readonly materialId: string }>(
    operation: ServiceKeyUse["operation"],
    { context, authority, via }: Asked,
    found: FoundKey | AbsentKey | undefined,
    use: () => T | KeyRefusal,
  ): Noted<T> | KeyRefusal {
    const used = use();
    if (used.kind === "key") {
      const { materialId } = used;
      const noted = this.#note({ operation, via, keyArn: arnOf(found), context, materialId }, authority);
      return { ...used, noted };
    }
    this.#noteRefusal(operation, { context, authority, via }, found, used);
    return used;
  }

  #noteRefusal(
    operation: ServiceKeyUse["operation"],
    { context, authority, via }: Asked,
    found: FoundKey | AbsentKey | undefined,
    { reason, message }: KeyRefusal,
  ): void {
    const refusal = { errorCode: errorCodes[reason], message };
    void this.#note({ operation, via, keyArn: arnOf(found), context, refusal }, authority);
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

function admissionOf(
  use: KeyUse,
  operation: ServiceKeyUse["operation"],
  found: FoundKey | AbsentKey | undefined,
  x: Asked,
): Admitted | KeyRefusal {
  if (found === undefined) return invalidCiphertext();
  const denial = denialOf(`kms:${operation}`, found, x);
  if (denial !== undefined) return denial;
  if (found.kind === "absent") return found.refusal;
  return use.fault(found) ?? { kind: "admitted", keyArn: found.keyArn, version: found.row.currentVersion };
}

function arnOf(found: FoundKey | AbsentKey | undefined): string | undefined {
  return found?.kind === "absent" ? found.arn : found?.keyArn;
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
