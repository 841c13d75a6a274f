import { hkdfSync } from "node:crypto";
import { unwrapKey, wrapKey, wrapsUnder } from "@strongroom/envelope";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SealedUnder } from "./sealed-under.ts";

/** A key that the customer keeps and sends with a request: 32 bytes, which whoever read them wipes with the request. */
export interface CustomerKey {
  readonly bytes: Uint8Array;
}

const purpose = "strongroom: key of the customer's own";
const kekBytes = 32;

/**
 * ④ The customer's key is kept nowhere. What is kept is the object's data key, wrapped under what this derives from
 * the customer's key and the store's: neither of the two opens anything alone, and the check value in the wrapped key
 * is salted anew each time.
 */
function withKek<T>(storeKey: Uint8Array, customerKey: CustomerKey, use: (kek: Uint8Array) => T): T {
  const kek = new Uint8Array(hkdfSync("sha512", customerKey.bytes, storeKey, purpose, kekBytes));
  try {
    return use(kek);
  } finally {
    kek.fill(0);
  }
}

export function wrapForCustomer(
  storeKey: Uint8Array,
  customerKey: CustomerKey,
  dataKey: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  return withKek(storeKey, customerKey, (kek) => wrapKey(kek, dataKey, aad));
}

export function openForCustomer(
  storeKey: Uint8Array,
  customerKey: CustomerKey,
  wrapped: Uint8Array,
  aad: Uint8Array,
): { kind: "key"; dataKey: Uint8Array } | Refusal {
  return withKek(storeKey, customerKey, (kek) => {
    const dataKey = unwrapKey(kek, wrapped, aad);
    if (dataKey !== undefined) return { kind: "key", dataKey };
    return wrapsUnder(kek, wrapped) ? refuse("broken", "The object's data key does not open.") : wrongCustomerKey;
  });
}

const wrongCustomerKey = refuse(
  "access-denied",
  "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
);
const customerKeyMissing = refuse(
  "invalid-request",
  "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
);
const customerKeyNotApplicable = refuse(
  "invalid-request",
  "The encryption parameters are not applicable to this object.",
);

/** Whether a customer's key was brought where one is needed, and only there. */
export function customerKeyFor(
  { encryption }: Pick<SealedUnder, "encryption">,
  customerKey: CustomerKey | undefined,
): { kind: "customer-key"; customerKey: CustomerKey } | { kind: "none" } | Refusal {
  if (encryption !== "SSE-C") return customerKey === undefined ? { kind: "none" } : customerKeyNotApplicable;
  return customerKey === undefined ? customerKeyMissing : { kind: "customer-key", customerKey };
}
