import { createHash, randomBytes } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";

/** A key that the customer keeps, as its members of a request say it. */
export function newCustomerKey(bytes: Uint8Array = randomBytes(32)) {
  const SSECustomerKey = Buffer.from(bytes).toString("base64");
  const SSECustomerKeyMD5 = createHash("md5").update(bytes).digest("base64");
  return { SSECustomerAlgorithm: "AES256", SSECustomerKey, SSECustomerKeyMD5 } as const;
}
export type CustomerKeyMembers = ReturnType<typeof newCustomerKey>;

/** The same, for the source of a copy. */
export const asSource = ({ SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 }: CustomerKeyMembers) => ({
  CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
  CopySourceSSECustomerKey: SSECustomerKey,
  CopySourceSSECustomerKeyMD5: SSECustomerKeyMD5,
});

/** Sends with headers that the client itself would not send, and without those that are undefined. */
export function withHeaders(client: S3Client, headers: Readonly<Record<string, string | undefined>>): S3Client {
  const changed = Object.create(client) as S3Client;
  const middlewareStack = client.middlewareStack.clone();
  middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request: { headers: Record<string, string> } };
      for (const [name, value] of Object.entries(headers)) {
        if (value === undefined) Reflect.deleteProperty(request.headers, name);
        else request.headers[name] = value;
      }
      return next(args);
    },
    { step: "build", priority: "low", name: "changed headers" },
  );
  return Object.assign(changed, { middlewareStack });
}
