import { crc32, deflateSync } from "node:zlib";
import { encodeQR } from "qr";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const pixelsPerModule = 6;

/** A text as a QR code in a PNG picture of one bit a pixel. https://www.w3.org/TR/png-3/ */
export function qrPicture(text: string): Buffer {
  const modules = encodeQR(text, "raw", { ecc: "medium", border: 4, scale: pixelsPerModule });
  const size = modules.length;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.writeUInt8(1, 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(modules.map(scanLine)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A row of pixels behind its filter's number; a set bit is white. */
function scanLine(row: readonly boolean[]): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(row.length / 8));
  for (const [x, dark] of row.entries()) {
    if (!dark) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
  }
  return line;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.byteLength, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
