import { createHash, timingSafeEqual } from "node:crypto";
import { text } from "@strongroom/wire";
import type { CustomerKey } from "../../artifacts/index.ts";
import { secretBytes } from "../../platform/index.ts";
import { s3Error } from "./s3-error.ts";

/** A key that the customer keeps (SSE-C): it comes with every request that reads or writes under it. */
export const customerKeyMembers = {
  SSECustomerAlgorithm: text(),
  SSECustomerKey: text(),
  SSECustomerKeyMD5: text(),
};

/** The same, for the source of a copy. */
export const sourceKeyMembers = {
  CopySourceSSECustomerAlgorithm: text(),
  CopySourceSSECustomerKey: text(),
  CopySourceSSECustomerKeyMD5: text(),
};

export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKey?: string;
  readonly SSECustomerKeyMD5?: string;
}
interface SourceKeyInput {
  readonly CopySourceSSECustomerAlgorithm?: string;
  readonly CopySourceSSECustomerKey?: string;
  readonly CopySourceSSECustomerKeyMD5?: string;
}

/** The key of one request, which is wiped where its `using` ends. */
interface RequestKey extends CustomerKey, Disposable {}

const keyBytes = 32;
const base64Form = /^[A-Za-z0-9+/]+={0,2}$/;

/** The key that a request brings; undefined where it speaks of none. Throws where it is not whole. */
export function customerKeyOf(input: CustomerKeyInput): RequestKey | undefined {
  return keyIn(input.SSECustomerAlgorithm, input.SSECustomerKey, input.SSECustomerKeyMD5);
}

export function sourceKeyOf(input: SourceKeyInput): RequestKey | undefined {
  return keyIn(input.CopySourceSSECustomerAlgorithm, input.CopySourceSSECustomerKey, input.CopySourceSSECustomerKeyMD5);
}

function keyIn(
  algorithm: string | undefined,
  key: string | undefined,
  digest: string | undefined,
): RequestKey | undefined {
  if (algorithm === undefined && key === undefined && digest === undefined) return undefined;
  if (algorithm === undefined) throw incomplete("a valid encryption algorithm");
  if (algorithm !== "AES256") {
    throw s3Error(
      "InvalidEncryptionAlgorithmError",
      "The encryption request you specified is not valid. Supported value: AES256.",
      {
        ArgumentName: "x-amz-server-side-encryption",
        ArgumentValue: algorithm,
      },
    );
  }
  if (key === undefined) throw incomplete("an appropriate secret key");
  if (digest === undefined) throw incomplete("the client calculated MD5 of the secret key");
  const bytes = base64Form.test(key) ? decoded(key) : new Uint8Array();
  const wiped = { bytes, [Symbol.dispose]: () => bytes.fill(0) };
  if (bytes.byteLength !== keyBytes) {
    wiped[Symbol.dispose]();
    throw invalid("The secret key was invalid for the specified algorithm.");
  }
  if (!isDigestOf(bytes, digest)) {
    wiped[Symbol.dispose]();
    throw invalid("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return wiped;
}

function decoded(key: string): Uint8Array {
  const pooled = Buffer.from(key, "base64");
  const bytes = secretBytes(pooled.byteLength);
  bytes.set(pooled);
  pooled.fill(0);
  return bytes;
}

function isDigestOf(key: Uint8Array, digest: string): boolean {
  const computed = Buffer.from(createHash("md5").update(key).digest("base64"));
  const stated = Buffer.from(digest);
  return stated.byteLength === computed.byteLength && timingSafeEqual(stated, computed);
}

/** ④ neither the key nor its digest is repeated in an error. */
const invalid = (message: string) =>
  s3Error("InvalidArgument", message, { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: "null" });

const incomplete = (what: string) =>
  invalid(`Requests specifying Server Side Encryption with Customer provided keys must provide ${what}.`);

/** What the answer to a request that brought a key says of it. */
export function customerKeyAnswer({ SSECustomerAlgorithm, SSECustomerKeyMD5 }: CustomerKeyInput) {
  return { SSECustomerAlgorithm, SSECustomerKeyMD5 };
}
