import { decodeJwt, errors, jwtVerify, type JWTPayload } from "jose";
import type { Clock } from "../platform/index.ts";
import type { Authority } from "./authority.ts";
import type { IdentityProvider } from "./identity-provider-store.ts";
import { withoutScheme, type IdentityProviders } from "./identity-providers.ts";
import type { Judge } from "./judge.ts";
import type { WebIdentity } from "./principal.ts";
import { ProviderUnreachable } from "./provider-fetch.ts";
import type { ProviderKeys } from "./provider-keys.ts";
import { sessionClaims, type SessionClaims } from "./web-identity-claims.ts";

/** ② signatures with a key that only the provider has; what anybody can compute (none, HS256) is not among them. */
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
/** How far the provider's clock may be ahead of the server's. */
const clockToleranceSeconds = 60;

/** Somebody whom a provider vouches for. */
export interface ProvenIdentity extends SessionClaims {
  readonly kind: "proven";
  readonly principal: WebIdentity;
  /** The request, now by this somebody. */
  readonly authority: Authority;
}

/** Why a token is not taken; `apis/sts` turns these into AWS's errors. */
export interface IdentityFault {
  readonly kind: "fault";
  readonly reason: "invalid-token" | "expired" | "rejected-claim" | "communication";
  readonly message: string;
}

interface WebIdentityParts {
  readonly providers: Pick<IdentityProviders, "issuing" | "find">;
  readonly keys: ProviderKeys;
  readonly judge: Pick<Judge, "standIn">;
  readonly clock: Clock;
  readonly accountId: string;
}

/** Tells who somebody is by an identity token of an OpenID Connect provider that the account trusts. */
export class WebIdentities {
  readonly #parts: WebIdentityParts;

  constructor(parts: WebIdentityParts) {
    this.#parts = parts;
  }

  async prove(request: Authority, token: string): Promise<ProvenIdentity | IdentityFault> {
    const { providers, judge, accountId } = this.#parts;
    const issuer = issuerOf(token);
    if (issuer === undefined) return fault("invalid-token", notAJwt);
    const provider = providers.issuing(issuer);
    if (provider === undefined) {
      return fault("invalid-token", `No OpenIDConnect provider found in your account for ${issuer}`);
    }
    const payload = await this.#verified(token, provider);
    if ("kind" in payload) return payload;
    // ② asking the provider took its time: one that was changed meanwhile is asked again.
    if (JSON.stringify(providers.find(provider.arn)) !== JSON.stringify(provider)) {
      return fault("rejected-claim", "The identity provider was changed; try again.");
    }
    const claims = sessionClaims(payload.claims);
    if (typeof claims === "string") return fault("invalid-token", claims);
    const principal = principalOf(payload.claims, provider, accountId);
    if (typeof principal === "string") return fault("invalid-token", principal);
    return { kind: "proven", ...claims, principal, authority: judge.standIn(request, principal) };
  }

  async #verified(token: string, provider: IdentityProvider): Promise<{ readonly claims: JWTPayload } | IdentityFault> {
    const now = this.#parts.clock.now();
    try {
      const { payload } = await jwtVerify(token, await this.#parts.keys.of(provider), {
        issuer: provider.url,
        audience: [...provider.clientIds],
        algorithms,
        requiredClaims: ["iss", "aud", "sub", "exp", "iat"],
        clockTolerance: clockToleranceSeconds,
        currentDate: now,
      });
      return claimFault(payload, provider, now) ?? { claims: payload };
    } catch (error) {
      return faultOf(error, now);
    }
  }
}

function issuerOf(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return iss === undefined ? undefined : iss.slice(0, 300);
  } catch {
    return undefined;
  }
}

/** What jose does not look at: a time to come, and who the token was issued to. */
function claimFault({ exp, iat, azp }: JWTPayload, provider: IdentityProvider, now: Date): IdentityFault | undefined {
  const seconds = now.getTime() / 1000;
  // The tolerance is for clocks that are ahead; a token does not live longer for it.
  if (exp === undefined || exp <= seconds) return fault("expired", expiredAt(exp, now));
  if (iat === undefined || iat > seconds + clockToleranceSeconds) {
    return fault("rejected-claim", "The token was issued in the future.");
  }
  if (azp !== undefined && !(typeof azp === "string" && provider.clientIds.includes(azp))) {
    return fault("invalid-token", "Incorrect token audience");
  }
  return undefined;
}

/** As with AWS, `aud` is the party that the token was issued to, where the token says so, and `oaud` what it says is its audience. */
function principalOf(payload: JWTPayload, provider: IdentityProvider, accountId: string): WebIdentity | string {
  const { sub, aud = [], azp, amr, email } = payload;
  if (sub === undefined || sub === "" || sub.length > 255) return "The subject of the token is missing or too long.";
  const audiences = typeof aud === "string" ? [aud] : aud;
  const audience = typeof azp === "string" ? azp : audiences.find((one) => provider.clientIds.includes(one));
  const host = withoutScheme(provider.url);
  const claims: Readonly<Record<string, unknown>> = {
    aud: audience,
    sub,
    amr,
    email,
    ...(azp === undefined ? {} : { oaud: audiences }),
  };
  const texts = Object.entries(claims).flatMap(([name, value]) => {
    const list = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
    return list.length === 0 ? [] : [[`${host}:${name}`, list] as const];
  });
  return {
    kind: "web-identity",
    arn: provider.arn,
    accountId,
    providerHost: host,
    subject: sub,
    audience: audience ?? "",
    claimKeys: Object.fromEntries(texts),
  };
}

function faultOf(error: unknown, now: Date): IdentityFault {
  if (error instanceof ProviderUnreachable) return fault("communication", couldNotReach(error.message));
  if (error instanceof errors.JWTExpired) return fault("expired", expiredAt(error.payload.exp, now));
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "aud") return fault("invalid-token", "Incorrect token audience");
    if (error.claim === "nbf") return fault("rejected-claim", "The token is not valid yet.");
    return fault("invalid-token", `The claim ${error.claim} of the token is missing or wrong.`);
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    const message =
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";
    return fault("invalid-token", message);
  }
  if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout || isAnswer(error)) {
    return fault("communication", couldNotReach("its keys are not readable"));
  }
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return fault("invalid-token", notAJwt);
  if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException) {
    return fault("invalid-token", "The signature of the token does not hold.");
  }
  throw error;
}

/** jose has no class of its own for an answer that is no key set. */
function isAnswer(error: unknown): boolean {
  return error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC";
}

const notAJwt = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";

function expiredAt(exp: number | undefined, now: Date): string {
  const current = Math.floor(now.getTime() / 1000);
  return `Token expired: current date/time ${current} must be before the expiration date/time ${exp ?? 0}`;
}

function couldNotReach(why: string): string {
  return `The identity provider could not be asked for its keys: ${why}.`;
}

function fault(reason: IdentityFault["reason"], message: string): IdentityFault {
  return { kind: "fault", reason, message };
}
