/** A server of repositories in a process of its own, to be killed: `push-server.ts <data folder>` writes its address. */
import { openPlace } from "./git-place.ts";

const place = await openPlace(process.argv[2] ?? "");
if (place.repositories.find("project") === undefined) await place.repositories.create({ name: "project" });
// The encrypted area is mounted before the first push.
await place.repositories.branches("project");
process.stdout.write(`${place.url}\n`);
