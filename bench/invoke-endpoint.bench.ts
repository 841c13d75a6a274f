/**
 * InvokeEndpoint at one client: TLS, signature, policy, the model in its sandbox, data capture of every
 * request and a durable audit record, against a plain Node server that echoes the same bytes over TLS.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { startHouseProcess } from "@strongroom/testkit";
import { bound, inMs, interleaved, median, quantile, say, tellMachine, timed } from "./measure.ts";
import { SignedConnection } from "./signed-connection.ts";
import { deploy, openWorkplace, trainJob } from "./workplace.ts";

const rounds = 8;
const requestsPerRound = 250;
const p50MsMax = 2;
const endpoint = "bench";

tellMachine("invoke-endpoint");
await using made = new AsyncDisposableStack();
const house = made.use(await startHouseProcess());
const place = await openWorkplace(house.clients);
const job = await trainJob(place, "bench");
await deploy(place, endpoint, job.ModelArtifacts?.S3ModelArtifacts ?? "");
const row = Buffer.from(
  place.table.csv
    .toString("utf8", 0, 4096)
    .split("\n", 1)[0]
    ?.replace(/^[^,]*,/, "") ?? "",
);
const connection = made.use(new SignedConnection(house.clients, "sagemaker"));
const headers = { "content-type": "text/csv", accept: "text/csv" };
const echo = await startEcho();

const invocation = { EndpointName: endpoint, Body: row, ContentType: "text/csv", Accept: "text/csv" };
const ways = {
  echo: requests("echo over TLS, plain Node", echo),
  signed: requests("InvokeEndpoint, signed request", () =>
    connection.send("POST", `/endpoints/${endpoint}/invocations`, row, undefined, headers),
  ),
  client: requests("InvokeEndpoint, the JavaScript SDK", () =>
    house.clients.runtime.send(new InvokeEndpointCommand(invocation)),
  ),
};
await interleaved(rounds, { echo: ways.echo.round, signed: ways.signed.round, client: ways.client.round });
for (const way of Object.values(ways)) way.tell();
const p50 = median(ways.signed.taken());
say(`InvokeEndpoint takes ${(p50 / median(ways.echo.taken())).toFixed(1)} times as long as the echo`);
bound(`p50 of InvokeEndpoint is under ${p50MsMax} ms`, inMs(p50), p50 < p50MsMax);

/** Many requests, one after the other, each timed; the first round warms up and is not told. */
function requests(name: string, send: () => Promise<unknown>) {
  const all: number[] = [];
  const taken = () => all.slice(requestsPerRound);
  return {
    taken,
    round: () =>
      timed(async () => {
        for (let sent = 0; sent < requestsPerRound; sent += 1) all.push(await timed(send));
      }),
    tell: () => {
      const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => inMs(quantile(taken(), share)));
      say(`${name.padEnd(36)} p50 ${p50}  p90 ${p90}  p99 ${p99}  (${taken().length} requests)`);
    },
  };
}

async function startEcho(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
  made.defer(() => rm(folder, { recursive: true }));
  const program = fileURLToPath(new URL("./tls-echo.ts", import.meta.url));
  const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
  made.defer(() => void child.kill());
  const { value: port } = (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()) as {
    value: string;
  };
  const agent = new Agent({ keepAlive: true, ca: await readFile(join(folder, "cert.pem")) });
  made.defer(() => agent.destroy());
  return () =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, host: "127.0.0.1", port, method: "POST", path: "/", headers });
      sent.once("error", reject);
      sent.once("response", (response) => {
        response.resume();
        response.once("end", resolve);
      });
      sent.end(row);
    });
}
