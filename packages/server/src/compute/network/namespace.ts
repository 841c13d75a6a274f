import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { Socket } from "node:net";
import koffi from "koffi";
import { parseAddress } from "./addresses.ts";

/*
 * Sockets in another network namespace. A socket belongs to the namespace in which its thread was when
 * it was made: so the main thread enters, makes the socket and returns, in one synchronous stretch in
 * which nothing else of the server runs on it.
 */
const libc = koffi.load("libc.so.6");
const setns = libc.func("int setns(int fd, int kind)") as (fd: number, kind: number) => number;
const socket = libc.func("int socket(int family, int type, int protocol)") as (
  family: number,
  type: number,
  protocol: number,
) => number;
const bind = libc.func("int bind(int fd, const void *address, uint32_t length)") as AddressCall;
const connect = libc.func("int connect(int fd, const void *address, uint32_t length)") as AddressCall;
const listen = libc.func("int listen(int fd, int backlog)") as (fd: number, backlog: number) => number;
const setsockopt = libc.func("int setsockopt(int fd, int level, int name, const void *value, uint32_t length)") as (
  fd: number,
  level: number,
  name: number,
  value: Buffer,
  length: number,
) => number;
type AddressCall = (fd: number, address: Buffer, length: number) => number;

const cloneNewNet = 0x40000000;
const inet = 2;
/** A stream, that does not block and ends at exec. */
const streamType = 1 | 0o4000 | 0o2000000;
const solSocket = 1;
const reuseAddress = 2;
const backlog = 511;
const errnoInProgress = 115;

const home = openSync("/proc/thread-self/ns/net", "r");

/** Runs `body`, which must not wait for anything, in the namespace `/run/netns/<name>`. */
export function inNamespace<T>(name: string, body: () => T): T {
  const target = openSync(`/run/netns/${name}`, "r");
  try {
    if (setns(target, cloneNewNet) !== 0)
      throw new Error(`entering the network namespace ${name} failed with errno ${koffi.errno()}`);
  } finally {
    closeSync(target);
  }
  try {
    return body();
  } finally {
    // ① A server that could not return would go on in somebody's network: it ends instead.
    if (setns(home, cloneNewNet) !== 0) process.abort();
  }
}

/** A listening socket; whoever asks owns the descriptor. */
export function listenInNamespace(name: string, address: string, port: number): number {
  return inNamespace(name, () => {
    const fd = newSocket();
    const one = Buffer.from([1, 0, 0, 0]);
    setsockopt(fd, solSocket, reuseAddress, one, one.length);
    const where = socketAddress(address, port);
    if (bind(fd, where, where.length) !== 0 || listen(fd, backlog) !== 0) {
      const errno = koffi.errno();
      closeSync(fd);
      throw new Error(`listening on ${address}:${port} in ${name} failed with errno ${errno}`);
    }
    return fd;
  });
}

/** A connection that may still be under way; a failure shows as the socket's `error` event. */
export function connectInNamespace(name: string, address: string, port: number): Socket {
  const where = socketAddress(address, port);
  const made = inNamespace(name, () => {
    const fd = newSocket();
    const errno = connect(fd, where, where.length) === 0 ? 0 : koffi.errno();
    return { fd, errno };
  });
  if (made.errno === 0 || made.errno === errnoInProgress)
    return new Socket({ fd: made.fd, readable: true, writable: true });
  closeSync(made.fd);
  const failed = new Socket();
  const error = Object.assign(new Error(`connecting to ${address}:${port} failed with errno ${made.errno}`), {
    code: "ECONNREFUSED",
  });
  process.nextTick(() => failed.destroy(error));
  return failed;
}

function newSocket(): number {
  const fd = socket(inet, streamType, 0);
  if (fd < 0) throw new Error(`making a socket failed with errno ${koffi.errno()}`);
  return fd;
}

/** struct sockaddr_in */
function socketAddress(address: string, port: number): Buffer {
  const value = parseAddress(address);
  if (value === undefined) throw new TypeError(`${address} is not an IPv4 address`);
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(inet, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

const saidCharactersMax = 4096;

/** Runs a network tool with `input` on its standard input, in a namespace or in the server's own; throws what it says if it fails. */
export async function runTool(
  command: "ip" | "nft",
  args: readonly string[],
  input: string,
  name?: string,
): Promise<void> {
  const start = () =>
    spawn(`/usr/sbin/${command}`, args, { env: { LC_ALL: "C" }, stdio: ["pipe", "ignore", "pipe"], cwd: "/" });
  const child = name === undefined ? start() : inNamespace(name, start);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < saidCharactersMax) said += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} failed (exit ${code}): ${said.trim()}`);
}
