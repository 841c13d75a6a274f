import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Decided } from "./decision-log.ts";
import { denialRecord, type DenialRecord } from "./denial-record.ts";
import { SecretBox } from "./secret-box.ts";

const about = "authorization message";
/** What `DecodeAuthorizationMessage` takes, in characters. */
export const encodedMessageCharactersMax = 10_240;

/**
 * The encoded messages that some refusals carry: a caller can hand one to somebody who may read it
 * (`sts:DecodeAuthorizationMessage`). ② sealed under a key of this environment, so that whoever was refused
 * reads nothing of the policies, and nobody forges one.
 */
export class AuthorizationMessages {
  readonly #box: SecretBox;

  constructor(tokenKey: Uint8Array) {
    this.#box = new SecretBox(tokenKey, "authorization messages");
  }

  /** At most encodedMessageCharactersMax characters of base64url. */
  encode(denied: Decided): string {
    const document = documentOf(denied, denialRecord(denied));
    for (const conditions of [document.context.conditions, { items: [] }]) {
      const sealed = this.#seal(JSON.stringify({ ...document, context: { ...document.context, conditions } }));
      if (sealed.length <= encodedMessageCharactersMax) return sealed;
    }
    return this.#seal(JSON.stringify({ ...document, matchedStatements: { items: [] }, context: {} }));
  }

  /** The JSON inside; undefined where it was changed, or is of another environment. */
  decode(message: string): string | undefined {
    if (!/^[A-Za-z0-9_-]+$/.test(message)) return undefined;
    const sealed = Buffer.from(message, "base64url");
    // What decodes to the same bytes in another spelling was changed, too.
    if (sealed.toString("base64url") !== message) return undefined;
    const packed = this.#box.open(sealed, about);
    return packed === undefined ? undefined : inflateRawSync(Buffer.from(packed, "base64")).toString();
  }

  #seal(text: string): string {
    return Buffer.from(this.#box.seal(deflateRawSync(text).toString("base64"), about)).toString("base64url");
  }
}

/** AWS's form of a decoded message. */
interface AuthorizationDocument {
  readonly allowed: false;
  readonly explicitDeny: boolean;
  readonly matchedStatements: Items<object>;
  readonly failures: Items<never>;
  readonly context: {
    readonly principal: object;
    readonly action: string;
    readonly resource: string;
    readonly conditions: Items<object>;
  };
}

interface Items<T> {
  readonly items: readonly T[];
}

const valuesOf = (values: readonly string[]): Items<object> => ({ items: values.map((value) => ({ value })) });
const keyed = (key: string, values: readonly string[]): object => ({ key, values: valuesOf(values) });

function documentOf(denied: Decided, record: DenialRecord): AuthorizationDocument {
  const principal = principalOf(denied);
  return {
    allowed: false,
    explicitDeny: denied.verdict.outcome === "explicit-deny",
    matchedStatements: { items: matchedStatements(record, principal.id) },
    failures: { items: [] },
    context: {
      principal,
      action: record.action,
      resource: record.resource,
      conditions: { items: Object.entries(record.keys).map(([key, values]) => keyed(key, values)) },
    },
  };
}

/** As in AWS, the statements that denied; where no policy allows there are none. */
function matchedStatements({ steps, action, resource }: DenialRecord, principalId: string): object[] {
  const statements = steps.flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  return statements
    .filter(({ applies, effect }) => applies && effect === "Deny")
    .map(({ statement, effect, matchedAction, matchedResource, conditions = [] }) => ({
      statementId: statement.startsWith("#") ? "" : statement,
      effect: effect.toUpperCase(),
      principals: valuesOf([principalId]),
      principalGroups: { items: [] },
      actions: valuesOf([matchedAction ?? action]),
      resources: valuesOf([matchedResource ?? resource]),
      conditions: { items: conditions.map(({ key, wanted }) => keyed(key, wanted)) },
    }));
}

function principalOf({ asker, request }: Decided): { id: string; name?: string; arn: string } {
  const { arn, accountId } = request.principal;
  if (asker === undefined || !("userId" in asker)) return { id: accountId, arn };
  return { id: asker.userId, ...(asker.kind === "user" ? { name: asker.userName } : {}), arn };
}
