import type { Server } from "node:https";
import { CannotStart } from "./data-folder.ts";
import type { ServerConfig } from "./platform/index.ts";

/** Listens on the host's own port. Throws CannotStart where it is taken. */
export async function listenOn(
  server: Server,
  { host, port }: Pick<ServerConfig, "host" | "port">,
): Promise<{ readonly endpoint: string; readonly port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new CannotStart(`port ${port} is taken: choose another with --port`) : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const chosen = typeof address === "object" && address !== null ? address.port : port;
  return { endpoint: `https://${host}:${chosen}`, port: chosen };
}
