import { setTimeout as sleep } from "node:timers/promises";
import type { IdentityProvider } from "./identity-provider.ts";

/** A token that the provider issues to its person, by the way of devices without a browser (RFC 8628). */
export async function identityToken(provider: IdentityProvider): Promise<string> {
  const client = { client_id: provider.clientId };
  const begun = await post(`${provider.issuer}/device/auth`, { ...client, scope: "openid" });
  await provider.browse(String(begun["verification_uri_complete"]));
  const grant = {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: String(begun["device_code"]),
  };
  for (let tries = 0; tries < 20; tries += 1) {
    const given = await post(`${provider.issuer}/token`, { ...client, ...grant });
    if (typeof given["id_token"] === "string") return given["id_token"];
    await sleep(100);
  }
  throw new Error("the provider issues no token");
}

async function post(url: string, fields: Record<string, string>): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  return (await answer.json()) as Record<string, unknown>;
}
