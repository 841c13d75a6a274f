import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { readImageUri } from "./image-uri.ts";
import { openImages } from "./images.ts";
import type { Images } from "./images.ts";

const folder = await mkdtemp(join(tmpdir(), "strongroom-images-"));
after(() => rm(folder, { recursive: true }));

async function program(name: string): Promise<string> {
  const root = join(folder, name);
  await mkdir(join(root, "lib"), { recursive: true });
  await writeFile(join(root, "main.ts"), "export {};");
  await writeFile(join(root, "lib/a.ts"), "export const a = 1;");
  await symlink("a.ts", join(root, "lib/b.ts"));
  return root;
}

function imagesAt(source: string): Images {
  const spec = { binds: [{ source, target: "/opt/program" }], argv: ["/opt/program/main.ts"], env: {} };
  return openImages([{ repository: "sagemaker-xgboost", tags: ["1.7-1"], spec, isManagedAlgorithm: true }]);
}

async function digestOf(images: Images): Promise<string> {
  const image = await images.resolve("x/sagemaker-xgboost:1.7-1");
  assert.ok("digest" in image);
  return image.digest;
}

test("an image is found by repository and tag, whatever account and region", () => {
  const images = imagesAt(folder);
  for (const uri of [
    "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.7-1",
    "sagemaker-xgboost:1.7-1",
  ]) {
    assert.equal(images.faultOf(uri), undefined, uri);
  }
  assert.match(images.faultOf("x/sagemaker-xgboost:3.0-5") ?? "", /x\/sagemaker-xgboost:3\.0-5/);
  assert.match(images.faultOf("x/other:1.7-1") ?? "", /x\/other:1\.7-1/);
  assert.equal(readImageUri("sagemaker-xgboost@sha256:00"), undefined);
  assert.deepEqual(readImageUri("a/b/name"), { repository: "name", tag: "latest" });
});

test("equal files give an equal digest wherever they lie, and a changed one another", async () => {
  const [a, b] = [await program("a"), await program("b")];
  const images = imagesAt(a);
  const digest = await digestOf(images);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(await digestOf(imagesAt(b)), digest);
  await utimes(join(a, "main.ts"), 1, 1);
  assert.equal(await digestOf(images), digest);
  await writeFile(join(a, "lib/a.ts"), "export const a = 2;");
  const changed = await digestOf(images);
  assert.notEqual(changed, digest);
  await writeFile(join(a, "lib/a.ts"), "export const a = 1;");
  await chmod(join(a, "main.ts"), 0o755);
  assert.notEqual(await digestOf(images), digest);
});

test("an image whose files are gone is a problem by name", async () => {
  const image = await imagesAt(join(folder, "gone")).resolve("sagemaker-xgboost:1.7-1");
  assert.ok("problem" in image);
  assert.match(image.problem, /gone/);
});
