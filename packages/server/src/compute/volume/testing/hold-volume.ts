import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { openVolumes } from "../index.ts";

/** Argument: a folder. Makes a volume under a key that follows from the folder's name; removes it at the first line. */
const [folder = ""] = process.argv.slice(2);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const volumes = await openVolumes({ folder });
const dataKey = createHash("sha256").update(`volume ${folder}`).digest();
const volume = await volumes.create({ ownerId: "job", dataKey, sizeGiB: 1 });
dataKey.fill(0);
global.gc?.();
process.stdout.write(`${volume.mountPid}\n`);
await lines.next();
await volume[Symbol.asyncDispose]();
global.gc?.();
process.stdout.write("gone\n");
await lines.next();
await volumes[Symbol.asyncDispose]();
process.exit(0);
