import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** For tests: a container's /opt/ml in a temporary folder. */
export class JobFolder implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), "opt-ml-"));

  write(path: string, content: string | Uint8Array | object): this {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    const plain = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(file, plain ? content : JSON.stringify(content));
    return this;
  }

  text(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}

/** A label that follows from two of three columns, and the rows of a fixed recurrence. */
export function tableCsv(rows: number): string {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c] = [next() * 10, next(), Math.floor(next() * 5)];
    return [a * 0.1 + b + next() * 0.4 > 1.1 ? 1 : 0, a.toFixed(3), b.toFixed(3), c].join(",");
  });
  return `${lines.join("\n")}\n`;
}
