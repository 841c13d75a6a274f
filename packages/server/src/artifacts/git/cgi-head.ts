const headBytesMax = 64 * 1024;

export interface CgiHead {
  readonly status: number;
  readonly headers: [string, string][];
  /** What came behind it. */
  readonly rest: Uint8Array;
}

/** The CGI head: lines up to an empty one; `Status` says the status where it is not 200. */
export async function readHead(output: AsyncIterator<Buffer>): Promise<CgiHead | undefined> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const end = seen.indexOf("\r\n\r\n");
    if (end >= 0) {
      const lines = seen.subarray(0, end).toString("latin1").split("\r\n");
      const headers = lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      });
      const status = headers.find(([name]) => name === "status")?.[1] ?? "200";
      return {
        status: Number.parseInt(status, 10),
        headers: headers.filter(([name]) => name !== "status"),
        rest: seen.subarray(end + 4),
      };
    }
    if (seen.byteLength > headBytesMax) return undefined;
    const next = await output.next();
    if (next.done === true) return undefined;
    seen = Buffer.concat([seen, next.value]);
  }
}
