import type { Socket } from "node:net";
import type { Server } from "node:https";

const text = "This port speaks HTTPS only: ask with https:// and trust the server's certificate authority.\n";
const refusal = [
  "HTTP/1.1 400 Bad Request",
  "content-type: text/plain; charset=utf-8",
  `content-length: ${Buffer.byteLength(text)}`,
  "connection: close",
  "",
  text,
].join("\r\n");

/** What OpenSSL calls a handshake that begins like a request of HTTP. */
const plainHttpCodes = new Set(["ERR_SSL_HTTP_REQUEST", "ERR_SSL_HTTPS_PROXY_REQUEST"]);

/**
 * ④ Tells whoever speaks HTTP without TLS so, in HTTP, and ends the connection: nothing of the request is read, not even its method. Every
 * other handshake that fails ends without a word.
 */
export function refusePlainHttp(server: Server): void {
  const sockets = new Map<string, Socket>();
  server.on("connection", (socket: Socket) => {
    const key = placeOf(socket);
    sockets.set(key, socket);
    socket.once("close", () => sockets.delete(key));
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    // What failed is the TLS socket; the answer goes to the one below.
    if (plainHttpCodes.has(error.code ?? "")) sockets.get(placeOf(socket))?.end(refusal);
  });
}

const placeOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress ?? ""} ${remotePort ?? ""} ${localAddress ?? ""}`;
