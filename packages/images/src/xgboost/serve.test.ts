import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Server } from "node:http";
import { JobFolder, tableCsv } from "../job-folder.ts";
import { bodyBytesMax, serve } from "./serve.ts";
import { train } from "./train.ts";

const folder = new JobFolder();
const multi = new JobFolder();
const servers: Server[] = [];
let url = "";
let multiUrl = "";

async function started(root: string): Promise<string> {
  const server = await serve({ root, port: 0, host: "127.0.0.1" });
  servers.push(server);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

before(async () => {
  const inputs = { train: { ContentType: "text/csv" } };
  folder
    .write("input/config/hyperparameters.json", { num_round: "10", objective: "binary:logistic" })
    .write("input/config/inputdataconfig.json", inputs)
    .write("input/data/train/a.csv", tableCsv(200));
  multi
    .write("input/config/hyperparameters.json", { num_round: "3", objective: "multi:softprob", num_class: "2" })
    .write("input/config/inputdataconfig.json", inputs)
    .write("input/data/train/a.csv", tableCsv(200));
  const signal = new AbortController().signal;
  for (const { root } of [folder, multi]) assert.equal(await train({ root, print: () => undefined, signal }), 0);
  url = await started(folder.root);
  multiUrl = await started(multi.root);
});

after(() => {
  for (const server of servers) server.close();
  folder[Symbol.dispose]();
  multi[Symbol.dispose]();
});

async function invoke(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, to = url) {
  const response = await fetch(`${to}/invocations`, {
    method: "POST",
    body,
    headers: { "content-type": "text/csv", accept: "text/csv", ...headers },
  });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

test("/ping answers 200", async () => {
  assert.equal((await fetch(`${url}/ping`)).status, 200);
});

test("one row gives one score, several rows one a line", async () => {
  const one = await invoke("5.1,0.5,2");
  assert.deepEqual([one.status, one.type], [200, "text/csv; charset=utf-8"]);
  const score = Number(one.text);
  assert.ok(score > 0 && score < 1);
  const two = await invoke("5.1,0.5,2\n0.1,0.1,1\n");
  assert.deepEqual(two.text.split("\n").length, 2);
  assert.equal(two.text.split("\n")[0], one.text);
});

test("the answer is json or jsonlines where Accept says so", async () => {
  const { text } = await invoke("5.1,0.5,2");
  const json = await invoke("5.1,0.5,2", { accept: "application/json" });
  assert.equal(json.text, `{"predictions":[{"score":${text}}]}`);
  const lines = await invoke("5.1,0.5,2\n5.1,0.5,2", { accept: "application/jsonlines" });
  assert.equal(lines.text, `{"score":${text}}\n{"score":${text}}`);
});

test("a multi-class model answers one score for each class", async () => {
  const scores = (await invoke("5.1,0.5,2", {}, multiUrl)).text.split(",").map(Number);
  assert.equal(scores.length, 2);
  assert.ok(Math.abs((scores[0] ?? 0) + (scores[1] ?? 0) - 1) < 1e-6);
  const { text } = await invoke("5.1,0.5,2", { accept: "application/json" }, multiUrl);
  assert.match(text, /^\{"predictions":\[\{"score":\[[\d.e-]+,[\d.e-]+\]\}\]\}$/);
});

const refused: readonly [what: string, body: string, headers: Record<string, string>, status: number, text: RegExp][] =
  [
    ["text", "5.1,abc,2", {}, 400, /the request, line 1.*"abc"/],
    ["a row with the label", "1,5.1,0.5,2", {}, 400, /rows have 4 values; the model takes 3. Is the label still/],
    ["ragged rows", "5.1,0.5,2\n1,2", {}, 400, /line 2 has 2 columns/],
    ["an empty body", "", {}, 400, /the request is empty/],
    ["another content type", "{}", { "content-type": "application/json" }, 415, /application\/json is not supported/],
    ["another Accept", "5.1,0.5,2", { accept: "image/png" }, 406, /Accept image\/png cannot be answered/],
  ];
for (const [what, body, headers, status, text] of refused) {
  test(`${what} is refused with ${status}`, async () => {
    const answer = await invoke(body, headers);
    assert.equal(answer.status, status);
    assert.match(answer.text, text);
  });
}

test("more than 6 MiB is refused with 413", async () => {
  assert.equal((await invoke(new Uint8Array(bodyBytesMax + 1))).status, 413);
});

test("an unknown path is refused", async () => {
  assert.equal((await fetch(`${url}/models`)).status, 404);
  assert.equal((await fetch(`${url}/invocations`)).status, 405);
});

test("no model and an unsound model are refused by name", async () => {
  using empty = new JobFolder();
  await assert.rejects(serve({ root: empty.root, port: 0 }), /holds no file named xgboost-model/);
  using broken = new JobFolder().write("model/xgboost-model", "{}");
  await assert.rejects(serve({ root: broken.root, port: 0 }), /cannot be served: this is not a sound XGBoost model/);
});
