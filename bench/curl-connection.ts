import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Clients } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";

const run = promisify(execFile);

export interface CurlRequest {
  readonly method: "GET" | "PUT";
  readonly target: string;
  /** Of the body, in hexadecimal. */
  readonly sha256: string;
  /** The file whose bytes are the body, and how many they are. */
  readonly upload?: { readonly path: string; readonly sizeBytes: number };
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Milliseconds from a signed request's first byte to its answer's last, in a curl of its own: a client in C takes less of
 * a machine of two cores than one in Node, whose reading of TLS alone is slower than the server. Throws where the
 * answer is not 200.
 */
export async function curled({ credentials, place }: Clients, request: CurlRequest): Promise<number> {
  const { method, target, sha256, upload } = request;
  const length = upload === undefined ? [] : [["content-length", String(upload.sizeBytes)] as const];
  const { head } = signRequest(
    {
      method,
      target,
      headers: [["host", new URL(place.endpoint).host], ...length, ...Object.entries(request.headers ?? {})],
    },
    { ...credentials, region: place.region, service: "s3", now: new Date(), pathStyle: "s3" },
    sha256,
  );
  // curl itself sets the host and the length, to the same; `expect` would have it wait for an answer first.
  const own = head.headers.filter(([name]) => name !== "host" && name !== "content-length");
  const { stdout } = await run("curl", [
    ...["--silent", "--http1.1", "--cacert", place.caPath, "--output", "/dev/null"],
    ...["--write-out", "%{http_code} %{time_pretransfer} %{time_total}", "--header", "expect:"],
    ...own.flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...(upload === undefined ? [] : ["--upload-file", upload.path]),
    place.endpoint + target,
  ]);
  const [status = 0, begunS = 0, endedS = 0] = stdout.split(" ").map(Number);
  if (status !== 200) throw new Error(`${method} ${target} is answered ${status}`);
  return (endedS - begunS) * 1000;
}
