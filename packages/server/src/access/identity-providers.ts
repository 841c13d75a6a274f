import type { Clock } from "../platform/index.ts";
import { mergedTags, tagsWithout } from "./identity-details.ts";
import type { Tags } from "./identity.ts";
import type { IdentityProvider, IdentityProviderStore } from "./identity-provider-store.ts";
import { overQuota } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

const providersMax = 100;
const clientIdsMax = 100;
const thumbprintsMax = 5;

interface NewProvider {
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

interface IdentityProviderParts {
  readonly store: IdentityProviderStore;
  readonly clock: Clock;
  readonly accountId: string;
}

/** OpenID Connect providers that the account trusts to say who somebody is. */
export class IdentityProviders {
  readonly #parts: IdentityProviderParts;

  constructor(parts: IdentityProviderParts) {
    this.#parts = parts;
  }

  create({ url, ...settings }: NewProvider): IdentityProvider | Refusal {
    const { store, clock } = this.#parts;
    if (!isProviderUrl(url)) return refused("invalid", invalidUrl);
    const arn = this.arnOf(url);
    if (store.find(arn) !== undefined) return refused("already-exists", `Provider with url ${url} already exists.`);
    if (store.count() >= providersMax) return overQuota("OpenIdConnectProvidersPerAccount", providersMax);
    const tags = mergedTags({}, settings.tags);
    if (isRefused(tags)) return tags;
    const provider = { arn, url, ...settings, tags: tags.tags, createdAt: clock.now().getTime() };
    return this.#put(provider);
  }

  arnOf(url: string): string {
    return `arn:aws:iam::${this.#parts.accountId}:oidc-provider/${withoutScheme(url)}`;
  }

  get(arn: string): IdentityProvider | Refusal {
    return this.find(arn) ?? refused("not-found", `OpenIDConnect Provider not found for arn ${arn}`);
  }

  find(arn: string): IdentityProvider | undefined {
    return this.#parts.store.find(arn);
  }

  /** The provider that issues tokens under this name. */
  issuing(issuer: string): IdentityProvider | undefined {
    return this.#parts.store.findByUrl(issuer);
  }

  list(): readonly IdentityProvider[] {
    return this.#parts.store.all();
  }

  count(): number {
    return this.#parts.store.count();
  }

  /** ② sessions that the provider vouched for end with it. Nothing happens where there is none. */
  remove(arn: string): void {
    this.#parts.store.remove(arn);
  }

  setThumbprints(arn: string, thumbprints: readonly string[]): Refusal | undefined {
    return this.#change(arn, (provider) => ({ ...provider, thumbprints }));
  }

  /** An audience that is there already is no fault. */
  addClientId(arn: string, clientId: string): Refusal | undefined {
    return this.#change(arn, (provider) => ({
      ...provider,
      clientIds: [...new Set([...provider.clientIds, clientId])],
    }));
  }

  removeClientId(arn: string, clientId: string): Refusal | undefined {
    return this.#change(arn, (provider) => ({
      ...provider,
      clientIds: provider.clientIds.filter((id) => id !== clientId),
    }));
  }

  tag(arn: string, tags: Tags): Refusal | undefined {
    return this.#change(arn, (provider) => {
      const merged = mergedTags(provider.tags, tags);
      return isRefused(merged) ? merged : { ...provider, tags: merged.tags };
    });
  }

  untag(arn: string, keys: readonly string[]): Refusal | undefined {
    return this.#change(arn, (provider) => ({ ...provider, tags: tagsWithout(provider.tags, keys) }));
  }

  #change(arn: string, to: (provider: IdentityProvider) => IdentityProvider | Refusal): Refusal | undefined {
    const provider = this.get(arn);
    const changed = isRefused(provider) ? provider : to(provider);
    if (isRefused(changed)) return changed;
    const put = this.#put(changed);
    return isRefused(put) ? put : undefined;
  }

  #put(provider: IdentityProvider): IdentityProvider | Refusal {
    if (provider.clientIds.length > clientIdsMax) {
      return overQuota("ClientIdsPerOpenIdConnectProvider", clientIdsMax);
    }
    if (provider.thumbprints.length > thumbprintsMax) {
      return refused("invalid", `Thumbprint list must contain fewer than ${thumbprintsMax + 1} entries.`);
    }
    const stored = { ...provider, thumbprints: provider.thumbprints.map((one) => one.toLowerCase()) };
    this.#parts.store.put(stored);
    return stored;
  }
}

export function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, "");
}

/** Providers on this machine may speak plain HTTP: nobody is in between. */
export function isLoopback(url: URL): boolean {
  return url.hostname === "127.0.0.1" || url.hostname === "localhost" || url.hostname === "[::1]";
}

const invalidUrl =
  "Invalid Open ID Connect Provider URL: https, a host in lower case and perhaps a port and a path, without a query; http for 127.0.0.1 and localhost alone.";
const urlForm = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/[\w.~%!$&'()+,;=:@/-]*)?$/;

function isProviderUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !urlForm.test(text)) return false;
  return url.protocol === "https:" || isLoopback(url);
}
