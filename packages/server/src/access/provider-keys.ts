import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import type { IdentityProvider } from "./identity-provider-store.ts";
import { isLoopback, withoutScheme } from "./identity-providers.ts";
import { fetchFromProvider, ProviderUnreachable } from "./provider-fetch.ts";

/** How long keys are used without asking again: a key that a provider takes back counts no longer than that. */
const keysMaxAgeMs = 600_000;
/** After a failure the provider is left alone for so long: tokens come from strangers. */
const pauseAfterFailureMs = 5000;
const keptMax = 100;

export interface ProviderKeySettings {
  /** How soon an unknown key id makes the server ask again. */
  readonly unknownKeyCooldownMs: number;
}

interface Known {
  readonly of: string;
  readonly keys: Promise<JWTVerifyGetKey>;
}

/** The keys that providers sign with, found through their discovery documents and kept for a while. */
export class ProviderKeys {
  readonly #settings: ProviderKeySettings;
  readonly #known = new Map<string, Known>();
  readonly #failedAt = new Map<string, number>();

  constructor(settings: ProviderKeySettings = { unknownKeyCooldownMs: 10_000 }) {
    this.#settings = settings;
  }

  /** Rejects with ProviderUnreachable, at once or when a key is asked for. */
  of(provider: IdentityProvider): Promise<JWTVerifyGetKey> {
    // What a provider is reached by may have been changed since.
    const of = JSON.stringify([provider.url, provider.thumbprints, provider.createdAt]);
    const known = this.#known.get(provider.arn);
    if (known?.of === of) return known.keys;
    const keys = this.#find(provider);
    if (this.#known.size >= keptMax) this.#known.clear();
    this.#known.set(provider.arn, { of, keys });
    keys.catch(() => this.#known.delete(provider.arn));
    return keys;
  }

  async #find(provider: IdentityProvider): Promise<JWTVerifyGetKey> {
    const discovery = await this.#fetch(
      provider,
      `${provider.url.replace(/\/$/, "")}/.well-known/openid-configuration`,
    );
    const address = jwksAddress(discovery, provider);
    return createRemoteJWKSet(address, {
      cacheMaxAge: keysMaxAgeMs,
      cooldownDuration: this.#settings.unknownKeyCooldownMs,
      [customFetch]: async (url) => new Response(new Uint8Array(await this.#fetch(provider, url))),
    });
  }

  async #fetch(provider: IdentityProvider, address: string): Promise<Buffer> {
    const failedAt = this.#failedAt.get(provider.arn);
    if (failedAt !== undefined && performance.now() < failedAt + pauseAfterFailureMs) {
      throw new ProviderUnreachable("it failed a moment ago");
    }
    try {
      const fromLoopback = provider.url.startsWith("http:");
      const body = await fetchFromProvider(address, { thumbprints: provider.thumbprints, fromLoopback });
      this.#failedAt.delete(provider.arn);
      return body;
    } catch (error) {
      if (this.#failedAt.size >= keptMax) this.#failedAt.clear();
      this.#failedAt.set(provider.arn, performance.now());
      throw error;
    }
  }
}

/** ② a document that speaks for another issuer is not this provider's. */
function jwksAddress(document: Buffer, provider: IdentityProvider): URL {
  const discovery = jsonOf(document);
  if (discovery["issuer"] !== provider.url) {
    throw new ProviderUnreachable(`the discovery document of ${withoutScheme(provider.url)} is of another issuer`);
  }
  const address = typeof discovery["jwks_uri"] === "string" ? URL.parse(discovery["jwks_uri"]) : null;
  const isPlain = address?.protocol === "http:" && provider.url.startsWith("http:") && isLoopback(address);
  if (address === null || (address.protocol !== "https:" && !isPlain)) {
    throw new ProviderUnreachable("the discovery document names no usable jwks_uri");
  }
  return address;
}

function jsonOf(document: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(document.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new ProviderUnreachable("the discovery document is not JSON");
  }
}
