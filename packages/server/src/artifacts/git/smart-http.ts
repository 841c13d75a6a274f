import type { GitAnswer } from "./http-backend.ts";
import { bodyOf } from "./request-body.ts";

/** One of the two services of git's smart protocol: to fetch from, and to push to. */
export type GitService = "git-upload-pack" | "git-receive-pack";

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

/** An answer that git shows to whoever ran it. */
export function plainAnswer(status: number, message: string, headers: [string, string][] = []): GitAnswer {
  return {
    status,
    headers: [["content-type", "text/plain; charset=utf-8"], ["cache-control", "no-cache"], ...headers],
    body: bodyOf(Buffer.from(`${message}\n`)),
  };
}
