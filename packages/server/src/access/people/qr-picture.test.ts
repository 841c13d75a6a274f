import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { it } from "node:test";
import decodeQR from "qr/decode.js";
import { keyUri, newSeed } from "./authenticator.ts";
import { qrPicture } from "./qr-picture.ts";

/** The pixels of a PNG of one bit a pixel, without filters: what qrPicture makes. */
function pixelsOf(png: Buffer): { width: number; height: number; data: Uint8Array } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const start = png.indexOf("IDAT");
  const lines = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
  const lineBytes = 1 + Math.ceil(width / 8);
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const x = i % width;
    const byte = lines[Math.floor(i / width) * lineBytes + 1 + (x >> 3)] ?? 0;
    data.fill((byte & (0x80 >> (x & 7))) === 0 ? 0 : 255, i * 4, i * 4 + 3);
    data[i * 4 + 3] = 255;
  }
  return { width, height, data };
}

it("a QR picture is read back as the text that it shows", () => {
  const uri = keyUri(newSeed(), "ada.lovelace@111122223333");
  const png = qrPicture(uri);
  assert.equal(png.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  assert.equal(decodeQR(pixelsOf(png)), uri);
});
