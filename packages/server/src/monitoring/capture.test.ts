import assert from "node:assert/strict";
import { test } from "node:test";

import type { Authority } from "../access/authority.ts";
import type { CaptureSettings, Exchange } from "./exchange.ts";
import { silentLog, TurnableClock } from "../platform/index.ts";
import { captureTo } from "./capture.ts";

const capture: CaptureSettings = {
  InitialSamplingPercentage: 100,
  KmsKeyId: "alias/project",
  CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
  CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"], JsonContentTypes: ["application/json"] },
};

const exchange: Exchange = {
  input: Buffer.from("9,45,45"),
  inputContentType: "text/csv",
  output: Buffer.from("0.3027"),
  outputContentType: "text/csv; charset=utf-8",
  inferenceId: "row-1",
  customAttributes: undefined,
};

const authority = {} as Authority;

interface Put {
  readonly bucket: string;
  readonly key: string;
  readonly text: string;
  readonly kmsKeyId: string | undefined;
}

function bucket(refusals = 0): { puts: Put[]; objects: Parameters<typeof captureTo>[0]["objects"] } {
  const puts: Put[] = [];
  let left = refusals;
  return {
    puts,
    objects: {
      put: async (x) => {
        await Promise.resolve();
        if (left > 0) {
          left -= 1;
          return { kind: "refused", reason: "access-denied", message: "no" };
        }
        puts.push({
          bucket: x.bucket,
          key: x.key,
          text: Buffer.from(x.body as Uint8Array).toString(),
          kmsKeyId: x.kmsKeyId,
        });
        return { kind: "stored", versionId: "v", etag: "e", sha256: "s", sizeBytes: 1 };
      },
    },
  };
}

const destination = { bucket: "captured", key: "traffic/" };
const clock = new TurnableClock(new Date("2019-11-24T07:20:48.871Z"));

test("a capture file has the documented name and lines", async () => {
  const { puts, objects } = bucket();
  const stream = captureTo({ objects, clock, log: silentLog })(
    { name: "e", variantName: "v", capture, destination },
    () => authority,
  );
  stream.take(exchange);
  stream.take({ ...exchange, inputContentType: "application/x-npy", inferenceId: undefined });
  await stream[Symbol.asyncDispose]();
  assert.deepEqual(puts.length, 1);
  const put = puts[0] ?? assert.fail("nothing was stored");
  assert.equal(put.bucket, "captured");
  assert.equal(put.kmsKeyId, "alias/project");
  assert.match(put.key, /^traffic\/e\/v\/2019\/11\/24\/07\/20-48-871-[0-9a-f-]{36}\.jsonl$/);
  const [first = "", second = ""] = put.text.trimEnd().split("\n");
  const { eventMetadata, ...rest } = JSON.parse(first) as { eventMetadata: Record<string, unknown> };
  assert.deepEqual(rest, {
    captureData: {
      endpointInput: { observedContentType: "text/csv", mode: "INPUT", data: "9,45,45", encoding: "CSV" },
      endpointOutput: {
        observedContentType: "text/csv; charset=utf-8",
        mode: "OUTPUT",
        data: "0.3027",
        encoding: "CSV",
      },
    },
    eventVersion: "0",
  });
  assert.equal(eventMetadata["inferenceId"], "row-1");
  assert.equal(eventMetadata["inferenceTime"], "2019-11-24T07:20:48Z");
  assert.match(second, /"data":"OSw0NSw0NQ==","encoding":"BASE64"/);
});

test("only the share that was asked for is taken, and only the side that was asked for", async () => {
  const { puts, objects } = bucket();
  const chances = [0.1, 0.3, 0.19, 0.2];
  const open = captureTo({ objects, clock, log: silentLog, chance: () => chances.shift() ?? 1 });
  const about = { ...capture, InitialSamplingPercentage: 20, CaptureOptions: [{ CaptureMode: "Output" as const }] };
  const stream = open({ name: "e", variantName: "v", capture: about, destination }, () => authority);
  for (let i = 0; i < 4; i += 1) stream.take(exchange);
  await stream[Symbol.asyncDispose]();
  const lines = (puts[0]?.text ?? "").trimEnd().split("\n");
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines[0] ?? "", /endpointInput/);
});

test("what was refused once is stored with the next attempt", async () => {
  const { puts, objects } = bucket(1);
  const stream = captureTo({ objects, clock, log: silentLog })(
    { name: "e", variantName: "v", capture, destination },
    () => authority,
  );
  stream.take(exchange);
  await stream[Symbol.asyncDispose]();
  assert.equal(puts.length, 1);
});
