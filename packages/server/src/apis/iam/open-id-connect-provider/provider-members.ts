import { list, text } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";

/** Limits of the members that operations on OpenID Connect providers share. */
export const url = text({ min: 1, max: 255 });
export const clientId = text({ min: 1, max: 255 });
export const clientIds = list<typeof clientId>(clientId, { max: 100 });
const thumbprint = text({ min: 40, max: 40, pattern: /[0-9a-fA-F]+/ });
export const thumbprints = list<typeof thumbprint>(thumbprint, { max: 5 });

/** A permission about one provider. */
export function providerPermission(action: string, arn: string, context: Permission["context"] = {}): Permission {
  return { action: `iam:${action}`, resource: arn, context };
}
