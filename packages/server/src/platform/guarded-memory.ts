import koffi from "koffi";

/*
 * Memory outside of V8's heap and of Node's pools: the collector does not move or copy it, it is not swapped where
 * locking is allowed, and no core file holds it.
 */
const libc = koffi.load("libc.so.6");
const mmap = libc.func(
  "void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)",
) as (address: null, length: number, protection: number, flags: number, fd: number, offset: number) => bigint | null;
const mlock = libc.func("int mlock(void *address, size_t length)") as (address: bigint, length: number) => number;
const madvise = libc.func("int madvise(void *address, size_t length, int advice)") as (
  address: bigint,
  length: number,
  advice: number,
) => number;

const readAndWrite = 1 | 2;
const privateAnonymous = 0x02 | 0x20;
const dontDump = 16;
const failed = 0xffff_ffff_ffff_ffffn;
const pageBytes = 4096;

/** A page that this process alone has. Disposing wipes it; it is then used again, never given back. */
export interface GuardedPage extends Disposable {
  readonly address: bigint;
  /** 4,096 bytes, all zero at first. */
  readonly bytes: Uint8Array;
  /** false: the limit on locked memory is used up, and the page may be swapped. */
  readonly locked: boolean;
}

type Page = Omit<GuardedPage, typeof Symbol.dispose>;

/** Giving a page back would leave `bytes` pointing at nothing, so wiped pages wait here for the next use. */
const wiped: Page[] = [];

export function guardedPage(): GuardedPage {
  const page = wiped.pop() ?? newPage();
  let given = true;
  return {
    ...page,
    [Symbol.dispose]: () => {
      if (!given) return;
      given = false;
      page.bytes.fill(0);
      wiped.push(page);
    },
  };
}

function newPage(): Page {
  const address = mmap(null, pageBytes, readAndWrite, privateAnonymous, -1, 0);
  if (address === null || address === failed) throw new Error(`mmap failed with errno ${koffi.errno()}`);
  // ④ neither swap nor a core file gets what lies here.
  const locked = mlock(address, pageBytes) === 0;
  madvise(address, pageBytes, dontDump);
  return { address, bytes: new Uint8Array(koffi.view(address, pageBytes)), locked };
}
