import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { tlsListener } from "./listener.ts";

test("a listener has a bound on connections, and closes what comes beyond it", async () => {
  const server = tlsListener({
    tls: {},
    originOf: () => ({ kind: "host", sourceIp: "127.0.0.1" }),
    carries: undefined,
    answer: () => Promise.reject(new Error("nothing is asked")),
    log: { info: () => undefined, error: () => undefined },
  });
  assert.equal(server.maxConnections, 4096);
  server.maxConnections = 2;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets: Socket[] = [];
  const opened = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  };
  await opened();
  await opened();
  const dropped = once(server, "drop");
  const third = await opened();
  await dropped;
  await once(third.resume(), "close");
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    [false, false, true],
  );
  for (const socket of sockets) socket.destroy();
  server.close();
});
