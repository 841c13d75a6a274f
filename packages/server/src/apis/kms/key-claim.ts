import { map, text, type Permission } from "@strongroom/wire";
import { contextBytesMax, contextFault, keyPermission } from "../../encryption/index.ts";
import type { AbsentKey, EncryptionContext, FoundKey, Keys, UseConditions } from "../../encryption/index.ts";
import type { ServerCall } from "../operation.ts";
import { kmsError, validationError } from "./kms-error.ts";

type Finder = Pick<Keys, "find">;

/** A key's id, ARN, alias or alias ARN. */
export const keyIdText = text({ min: 1, max: 2048 });
export const contextMap = map<ReturnType<typeof text>>(text(), { key: text({ min: 1 }) });

/** One action on one key, with the condition keys of KMS. The alias is resolved before deciding. */
export function keyDemand(
  keys: Finder,
  action: string,
  keyId: string,
  context?: EncryptionContext,
  conditions?: UseConditions,
): Permission {
  return demandOn(keys.find(keyId), action, context, conditions);
}

export function demandOn(
  found: FoundKey | AbsentKey,
  action: string,
  context?: EncryptionContext,
  conditions?: UseConditions,
): Permission {
  checkContext(context);
  return keyPermission(action, found, context, conditions);
}

/**
 * The key that a handler works on. Between the decision and the handler an alias may have moved to
 * another key: so the permission is asked for once more, in the same breath in which the key is used.
 */
export function claimKey(
  keys: Finder,
  call: ServerCall,
  action: string,
  keyId: string,
  context?: EncryptionContext,
  conditions?: UseConditions,
): FoundKey {
  const found = keys.find(keyId);
  // ④ nothing is done with a key that was not decided on.
  call.authority.demand(demandOn(found, action, context, conditions));
  if (found.kind === "absent") throw kmsError(found.refusal);
  return found;
}

/** For the operations that AWS gives no aliases: an id or a key ARN, which never come to mean another key. */
export function plainKey(keys: Finder, keyId: string): FoundKey {
  const found = keys.find(keyId);
  if (found.kind === "absent") throw kmsError(found.refusal);
  if (found.alias !== undefined) {
    throw kmsError({ kind: "refused", reason: "not-found", message: `Invalid keyId '${keyId}'` });
  }
  return found;
}

function checkContext(context: EncryptionContext | undefined): void {
  const fault = contextFault(context);
  if (fault !== undefined) throw validationError(fault);
  const bytes = Buffer.byteLength(JSON.stringify(context ?? {}));
  if (bytes > contextBytesMax) throw validationError(`EncryptionContext has more than ${contextBytesMax} bytes`);
}
