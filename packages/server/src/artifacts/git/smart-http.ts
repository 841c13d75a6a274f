import { bodyOf } from "./request-body.ts";

/** One of the two services of git's smart protocol: to fetch from, and to push to. */
export type GitService = "git-upload-pack" | "git-receive-pack";

export interface GitAnswer {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: AsyncIterable<Uint8Array>;
  /** Why nothing was done, where nothing was. */
  readonly refused?: { readonly code: string; readonly message: string };
}

export type AskedService =
  | { readonly kind: "service"; readonly service: GitService }
  | { readonly kind: "no-such-service" }
  | { readonly kind: "malformed"; readonly message: string };

/**
 * Which service a request is for. ② whatever can be read in two ways is refused: git itself takes the last of several
 * parameters of one name.
 */
export function serviceOf(method: string, path: string, query: string): AskedService {
  const isAdvertisement = method === "GET" && path === "/info/refs";
  if (!isAdvertisement && method !== "POST") return { kind: "no-such-service" };
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!isAdvertisement || name !== "service") {
      return { kind: "malformed", message: `The parameter ${name} is not supported.` };
    }
  }
  if (parameters.size > 1) return { kind: "malformed", message: "The parameter service is given more than once." };
  const service = isAdvertisement ? parameters.get("service") : path.slice(1);
  return service === "git-upload-pack" || service === "git-receive-pack"
    ? { kind: "service", service }
    : { kind: "no-such-service" };
}

/** A refusal that git shows to whoever ran it; `code` names it for the audit trail. */
export function plainAnswer(
  status: number,
  code: string,
  message: string,
  headers: [string, string][] = [],
): GitAnswer {
  return {
    status,
    headers: [["content-type", "text/plain; charset=utf-8"], ["cache-control", "no-cache"], ...headers],
    body: bodyOf(Buffer.from(`${message}\n`)),
    refused: { code, message },
  };
}
