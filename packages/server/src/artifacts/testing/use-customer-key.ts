import { createInterface } from "node:readline";
import { secretBytes } from "../../platform/index.ts";
import { authority, collect, expectKind, openPlace, pieces, plain } from "./place.ts";

/**
 * Argument: a customer's key in hexadecimal, as a header would bring it in base64. Uses it for a write and a read;
 * wipes it and collects at the next line; ends at the one after.
 */
const bytes = secretBytes(32);
const decoded = Buffer.from(process.argv[2] ?? "", "hex");
bytes.set(decoded);
decoded.fill(0);

const place = await openPlace();
place.s3.buckets.create({ name: "data", accountId: "111122223333" });
const name = { authority: authority(), bucket: "data", key: "k" };
const customerKey = { bytes };
const encryption = { kind: "SSE-C" as const, customerKey };
expectKind(
  await place.s3.objects.put({ ...name, body: pieces(Buffer.from("x")), description: plain, encryption }),
  "stored",
);
const read = expectKind(await place.s3.objects.get({ ...name, customerKey }), "object");
if ((await collect(read.body)).toString() !== "x") throw new Error("another content");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
process.stdout.write("used\n");
await lines.next();
bytes.fill(0);
global.gc?.();
process.stdout.write("collected\n");
await lines.next();
await place[Symbol.asyncDispose]();
process.exit(0);
