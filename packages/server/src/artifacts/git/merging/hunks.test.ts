import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { openEncryptedArea } from "../encrypted-area.ts";
import { Git } from "../git.ts";
import { OpenedRepository } from "../opened-repository.ts";
import { areaKey, inFolder } from "../testing/git-place.ts";
import { writeBlob } from "../tree-writer.ts";
import { Turns } from "../turns.ts";
import { conflictingHunks } from "./hunks.ts";
import { mergeLines } from "./line-merge.ts";

/** More of them by hand: `ROUNDS=500 node --test …/hunks.test.ts`. */
const rounds = Number(process.env["ROUNDS"] ?? "40");

async function inRepository(body: (opened: OpenedRepository) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await using area = await openEncryptedArea(folder, areaKey);
    const git = new Git(area, new Turns(8));
    const at = new Date(0);
    await git.run("one", ["init", "--quiet", "--bare"]);
    const opened = new OpenedRepository(git, { name: "one", id: "one", createdAt: at, modifiedAt: at, tags: {} });
    await body(opened);
    const left = (await readdir(`${area.path}/one`)).filter((name) => name.startsWith("merge-of-"));
    assert.deepEqual(left, [], "no file of a merge stays");
  });
}

const text = (lines: readonly string[]): Uint8Array => Buffer.from(lines.map((line) => `${line}\n`).join(""));

/** Few different lines, so that they repeat: what slides is where comparisons could differ. */
function changed(lines: readonly string[]): string[] {
  const now = [...lines];
  for (let count = randomInt(5); count > 0; count -= 1) {
    const at = randomInt(now.length + 1);
    const fresh = Array.from({ length: randomInt(3) }, () => String(randomInt(4)));
    now.splice(at, randomInt(3), ...fresh);
  }
  return now;
}

test("conflicting lines are told exactly where git merge-file finds conflicts", async () => {
  await inRepository(async (opened) => {
    let conflicts = 0;
    for (let round = 0; round < rounds; round += 1) {
      const base = Array.from({ length: randomInt(20) }, () => String(randomInt(4)));
      const texts = { base: text(base), destination: text(changed(base)), source: text(changed(base)) };
      const side = async (content: Uint8Array) => ({ mode: "100644", id: await writeBlob(opened, content) });
      const versions = {
        base: await side(texts.base),
        destination: await side(texts.destination),
        source: await side(texts.source),
      };
      const merged = await mergeLines(opened, versions, undefined);
      const hunks = await conflictingHunks(opened, versions);
      const told = Object.entries(texts).map(([name, content]) => `${name}: ${Buffer.from(content).toString()}`);
      assert.ok(hunks !== undefined);
      assert.equal(hunks.length === 0, merged !== undefined, told.join("\n"));
      for (const hunk of hunks) {
        for (const name of ["base", "destination", "source"] as const) {
          const { start, end, content } = hunk[name];
          const lines = Buffer.from(texts[name])
            .toString()
            .split(/(?<=\n)/);
          assert.equal(Buffer.from(content).toString(), lines.slice(start, end).join(""), told.join("\n"));
        }
      }
      conflicts += Number(hunks.length > 0);
    }
    assert.ok(conflicts > 0 && conflicts < rounds, "some conflict and some do not");
  });
});

test("a favoured side gives its lines, and only where both changed the same", async () => {
  await inRepository(async (opened) => {
    const side = async (...lines: string[]) => ({ mode: "100644", id: await writeBlob(opened, text(lines)) });
    const versions = {
      base: await side("a", "b", "c", "d", "e", "f", "g"),
      destination: await side("a", "ours", "c", "d", "e", "f", "G"),
      source: await side("A", "theirs", "c", "d", "e", "f", "g"),
    };
    const merged = async (favoured: "source" | "destination") =>
      Buffer.from((await mergeLines(opened, versions, favoured)) ?? []).toString();
    assert.equal(await mergeLines(opened, versions, undefined), undefined);
    assert.equal(await merged("source"), "A\ntheirs\nc\nd\ne\nf\nG\n");
    assert.equal(await merged("destination"), "a\nours\nc\nd\ne\nf\nG\n");
  });
});

test("what is binary is not merged by lines, and a text without a last newline is", async () => {
  await inRepository(async (opened) => {
    const side = async (content: string) => ({ mode: "100644", id: await writeBlob(opened, Buffer.from(content)) });
    const binary = { base: await side("\0a"), destination: await side("\0b"), source: await side("\0c") };
    assert.equal(await mergeLines(opened, binary, "source"), undefined);
    assert.equal(await conflictingHunks(opened, binary), undefined);
    const open = {
      base: await side("a\nb\nc"),
      destination: await side("a\nb\nours"),
      source: await side("a\nb\ntheirs"),
    };
    const [hunk] = (await conflictingHunks(opened, open)) ?? [];
    assert.deepEqual([hunk?.source.start, hunk?.source.end], [2, 3]);
    assert.equal(Buffer.from(hunk?.source.content ?? []).toString(), "theirs");
    const both = { base: undefined, destination: open.destination, source: open.source };
    assert.equal((await conflictingHunks(opened, both))?.length, 1);
  });
});
