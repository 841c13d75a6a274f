import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { CannotStart } from "./data-folder.ts";

/** Answers one line of JSON; undefined where it is not to be answered at all. */
export type LineHandler = (asked: unknown) => Promise<object>;

const requestBytesMax = 16_384;
/** A name of a socket is that long at most (sockaddr_un), and is cut off silently where it is longer. */
const pathBytesMax = 107;
const idleMs = 300_000;

/**
 * Listens on a Unix socket that its owner alone may open. Each connection asks once, with one line of JSON, and gets one
 * line. Disposing ends it; connections whose answer is still to come get it.
 */
export async function listenLocally(path: string, handle: LineHandler): Promise<AsyncDisposable> {
  if (Buffer.byteLength(path) > pathBytesMax) {
    throw new CannotStart(`${path} is too long for the name of a socket: put the data folder at a shorter path`);
  }
  await rm(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void converse(socket, handle));
  await listen(server, path);
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(path, { force: true });
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // ④ the socket never has, not for a moment, a mode with which others could open it.
    const before = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(before);
    }
  });
}

async function converse(socket: Socket, handle: LineHandler): Promise<void> {
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  try {
    const line = await firstLine(socket);
    const answer = line === undefined ? { refused: "a request is one line of JSON" } : await handle(parsed(line));
    socket.end(`${JSON.stringify(answer)}\n`);
  } catch {
    // The client went away, or its question broke something: it gets no answer, and the server goes on.
    socket.destroy();
  }
}

function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const end = (line: string | undefined): void => {
      for (const part of parts) part.fill(0);
      resolve(line);
    };
    socket.on("data", (part: Buffer) => {
      length += part.byteLength;
      if (length > requestBytesMax) {
        end(undefined);
        return;
      }
      parts.push(part);
      if (part.includes(10)) {
        const text = Buffer.concat(parts);
        end(text.toString("utf8", 0, text.indexOf(10)));
        text.fill(0);
      }
    });
    socket.once("end", () => end(undefined));
    socket.once("close", () => reject(new Error("the connection ended")));
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
