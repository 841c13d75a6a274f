import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { guardProcess } from "../../platform/index.ts";
import { openSeal } from "../seal.ts";

/** Arguments: folder, key file. Opens the seal and derives keys; closes it at the first line; ends at the second. */
const [folder = "", keyFile = ""] = process.argv.slice(2);

guardProcess();
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const opened = await openSeal(folder, { kind: "key-file", content: await readFile(keyFile) });
if (opened.kind !== "open") throw new Error(opened.kind);
const keys = Array.from({ length: 20 }, (_, index) => opened.seal.derive(`purpose ${index}`));
process.stdout.write("open\n");
await lines.next();
opened.seal[Symbol.dispose]();
if (keys.some((key) => key.some((byte) => byte !== 0))) throw new Error("a derived key was not wiped");
process.stdout.write("closed\n");
await lines.next();
global.gc?.();
process.stdout.write("collected\n");
await lines.next();
process.exit(0);
