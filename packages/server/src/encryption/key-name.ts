/** The account and the region whose keys these are. */
export interface KeyRealm {
  readonly accountId: string;
  readonly region: string;
}

/** The four forms in which a request names a key (id, key ARN, alias name, alias ARN), taken apart. */
type KeyName =
  | { readonly kind: "id"; readonly keyId: string }
  | { readonly kind: "alias"; readonly alias: string }
  /** An ARN of another account or region: none of these keys. */
  | { readonly kind: "elsewhere"; readonly arn: string }
  | { readonly kind: "malformed"; readonly text: string };

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const arnPattern = /^arn:aws:kms:([a-z0-9-]+):([0-9]{12}):(.+)$/;
export const aliasPattern = /^alias\/[a-zA-Z0-9/_-]+$/;
export const aliasCharactersMax = 256;

/** Names that belong to the services; nobody else may take or move one. */
export const reservedAliasPrefix = "alias/aws/";

export function parseKeyName(text: string, realm: KeyRealm): KeyName {
  const arn = arnPattern.exec(text);
  if (arn === null) return parseLocal(text) ?? { kind: "malformed", text };
  const [, region, accountId, resource = ""] = arn;
  if (region !== realm.region || accountId !== realm.accountId) return { kind: "elsewhere", arn: text };
  const local = resource.startsWith("key/") ? resource.slice("key/".length) : resource;
  const name = parseLocal(local);
  const formAgrees = name?.kind === "id" ? resource.startsWith("key/") : !resource.startsWith("key/");
  return name !== undefined && formAgrees ? name : { kind: "malformed", text };
}

function parseLocal(text: string): KeyName | undefined {
  if (idPattern.test(text)) return { kind: "id", keyId: text };
  if (aliasPattern.test(text) && text.length <= aliasCharactersMax) return { kind: "alias", alias: text };
  return undefined;
}

export function keyArnOf(realm: KeyRealm, keyId: string): string {
  return `arn:aws:kms:${realm.region}:${realm.accountId}:key/${keyId}`;
}

export function aliasArnOf(realm: KeyRealm, alias: string): string {
  return `arn:aws:kms:${realm.region}:${realm.accountId}:${alias}`;
}
