import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openImages } from "./index.ts";

test("images that were read ahead are noticed when they change, and one that cannot be read harms nobody", async () => {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-images-"));
  try {
    const source = join(folder, "program");
    await writeFile(source, "one");
    const spec = (path: string) => ({ binds: [{ source: path, target: "/program" }], argv: ["/program"], env: {} });
    const images = openImages([
      { repository: "broken", spec: spec(join(folder, "absent")) },
      { repository: "sound", spec: spec(source) },
    ]);
    await images.readAhead();
    const before = await images.resolve("sound");
    await writeFile(source, "other");
    const after = await images.resolve("sound");
    assert.ok("digest" in before && "digest" in after && before.digest !== after.digest);
    const broken = await images.resolve("broken");
    assert.match("problem" in broken ? broken.problem : "", /broken.*absent/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
