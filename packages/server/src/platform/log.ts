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

export const silentLog: Log = lineLog(() => undefined);
