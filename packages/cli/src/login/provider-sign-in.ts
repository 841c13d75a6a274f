import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from "openid-client";
import { Failure, Misuse } from "../outcome.ts";

export interface ProviderRequest {
  readonly issuer: string;
  readonly clientId: string;
  /** Whether a browser on this machine is opened. */
  readonly opensBrowser: boolean;
  /** The code is typed into a browser of any machine (RFC 8628). */
  readonly usesDevice: boolean;
}

const waitMs = 5 * 60_000;
const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Has a person sign in at an OpenID Connect provider, and resolves to the identity token. */
export async function signInWithProvider(request: ProviderRequest): Promise<string> {
  const configuration = await configurationOf(request);
  const tokens = request.usesDevice ? await byDevice(configuration) : await byRedirect(configuration, request);
  if (tokens.id_token === undefined) throw new Failure("the provider gave no identity token");
  return tokens.id_token;
}

async function configurationOf({ issuer, clientId }: ProviderRequest): Promise<Configuration> {
  const url = URL.parse(issuer);
  if (url === null) throw new Misuse(`--oidc ${issuer} is not a URL`);
  const isOnThisMachine = loopback.has(url.hostname);
  // ② tokens travel encrypted, but for a provider on this very machine.
  if (url.protocol !== "https:" && !isOnThisMachine) throw new Misuse(`--oidc ${issuer} does not begin with https://`);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- for a provider on this machine, as it is meant
  const execute = url.protocol === "http:" ? [allowInsecureRequests] : [];
  return await discovery(url, clientId, undefined, None(), { execute });
}

/** Authorization code with PKCE; the answer comes to a socket of this process on loopback (RFC 8252). */
async function byRedirect(configuration: Configuration, { opensBrowser }: ProviderRequest) {
  await using receiver = await openReceiver();
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const expected = { expectedState: randomState(), expectedNonce: randomNonce() };
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: receiver.redirectUri,
    scope: "openid",
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expected.expectedState,
    nonce: expected.expectedNonce,
  });
  process.stderr.write(`Sign in with a browser of this machine at\n\n  ${url.href}\n\n`);
  if (opensBrowser) openBrowser(url.href);
  const answer = await receiver.answer;
  return await authorizationCodeGrant(configuration, answer, { pkceCodeVerifier, ...expected });
}

async function byDevice(configuration: Configuration) {
  if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
    throw new Failure("the provider has no device flow: leave out --device");
  }
  const device = await initiateDeviceAuthorization(configuration, { scope: "openid" });
  const { verification_uri_complete: complete } = device;
  process.stderr.write(
    `Sign in with any browser at\n\n  ${device.verification_uri}\n\nand type the code\n\n  ${device.user_code}\n\n` +
      (complete === undefined ? "" : `or go to\n\n  ${complete}\n\n`),
  );
  return await pollDeviceAuthorizationGrant(configuration, device);
}

interface Receiver extends AsyncDisposable {
  readonly redirectUri: string;
  /** The URL that the provider sent the browser back to. */
  readonly answer: Promise<URL>;
}

async function openReceiver(): Promise<Receiver> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<URL>();
  answer.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", redirectUri);
    if (request.method !== "GET" || url.pathname !== "/callback") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8", connection: "close" });
    response.end("You can close this page and go back to the terminal.\n");
    resolve(url);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  const timer = setTimeout(() => reject(new Failure("nobody signed in within five minutes")), waitMs);
  return {
    redirectUri,
    answer,
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Where there is no browser, the person has read the address already. */
function openBrowser(url: string): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
