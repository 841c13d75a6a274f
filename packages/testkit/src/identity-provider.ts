import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Provider } from "oidc-provider";

/** A real OpenID Connect provider on loopback, at which one person, `ann`, signs in without being asked. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly subject: string;
  /** What a browser does with an address: follows redirects with cookies, and presses the page's button. */
  browse(url: string): Promise<{ readonly status: number; readonly text: string }>;
}

const clientId = "strongroom-command-line";
const subject = "ann";

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await providerAt(issuer);
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) return void answer(request, response);
    const result = { login: { accountId: subject }, consent: {} };
    void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  });
  return {
    issuer,
    clientId,
    subject,
    browse: (url) => browse(url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function providerAt(issuer: string): Promise<Provider> {
  // Loaded by those who need one alone: it takes longer than many a test.
  const { Provider } = await import("oidc-provider");
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        application_type: "native",
        token_endpoint_auth_method: "none",
        redirect_uris: ["http://127.0.0.1/callback"],
        grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
        response_types: ["code"],
      },
    ],
    features: { devInteractions: { enabled: false }, deviceFlow: { enabled: true } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Nobody is asked what the program may know.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      const grant = new oidc.provider.Grant({ clientId: client?.clientId ?? "", accountId: session?.accountId ?? "" });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
}

const stepsMax = 20;

async function browse(start: string): Promise<{ status: number; text: string }> {
  const cookies = new Map<string, string>();
  let at: { url: string; form?: URLSearchParams } = { url: start };
  for (let step = 0; step < stepsMax; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const { form } = at;
    const sent = form === undefined ? {} : { method: "POST", body: form };
    const answer = await fetch(at.url, { redirect: "manual", headers: { cookie }, ...sent });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    const text = await answer.text();
    const button = location === null ? buttonOf(text, at.url) : undefined;
    if (location !== null) at = { url: new URL(location, at.url).href };
    else if (button !== undefined) at = button;
    else return { status: answer.status, text };
  }
  throw new Error(`${start} leads nowhere`);
}

/** The form of a page that asks to go on, with what is hidden in it. */
function buttonOf(page: string, url: string): { url: string; form: URLSearchParams } | undefined {
  const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  if (action === undefined || hidden.length === 0) return undefined;
  const form = new URLSearchParams();
  for (const [, name = "", value = ""] of hidden) form.append(name, value);
  return { url: new URL(action, url).href, form };
}
