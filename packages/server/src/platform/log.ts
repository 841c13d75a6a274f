/** The server's own log: one JSON line an event, on standard error. Never given secrets, bodies or keys. */
export interface Log {
  info(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
}
export type LogDetails = Readonly<Record<string, string | number | boolean | undefined>>;

export function lineLog(write: (line: string) => void): Log {
  const at = (level: string) => (message: string, details?: LogDetails) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...details })}\n`);
  return { info: at("info"), error: at("error") };
}

/**
 * What a fault may leave in the log: its class, its system code and where it happened. ④ Its message is left out,
 * since it can quote names and values of users, and the log rests in the clear.
 */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [`${error.name}${code}`, ...frames].join("\n");
}

export const silentLog: Log = lineLog(() => undefined);
