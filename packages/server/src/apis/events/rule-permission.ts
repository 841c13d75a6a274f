import type { Permission } from "../../access/index.ts";
import { ruleArn } from "../../detection/index.ts";

interface Realm {
  readonly region: string;
  readonly accountId: string;
}

/** One action on one rule. Whoever may act on rules of this account made them in this account. */
export function onRule(action: string, realm: Realm, name: string, context: Permission["context"] = {}): Permission {
  return {
    action: `events:${action}`,
    resource: ruleArn(realm, name),
    context: { "events:creatorAccount": realm.accountId, ...context },
  };
}
