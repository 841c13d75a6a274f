export interface Volume extends AsyncDisposable {
  /** The plain view, as the server reaches it: `/proc/<mountPid>/root/…`. Whatever lies in it belongs to the sandbox's user. */
  readonly path: string;
  /** The process whose mount namespace holds the plain view. */
  readonly mountPid: number;
  /** Resolves, and says why, where the machine's disk is full and this volume has to go: nothing in it counts any more. */
  readonly broken: Promise<string>;
  /** Whether there is no room left in it. */
  isFull(): Promise<boolean>;
  /** Throws VolumeLost where the disk did not take all that was written so far: without it, bytes may be missing. */
  settle(): Promise<void>;
}

export interface VolumeRequest {
  /** One owner has one volume at a time; a leftover of the same owner is removed. */
  readonly ownerId: string;
  /** 32 bytes. */
  readonly dataKey: Uint8Array;
  /** What it holds at least, in GiB; it takes room on the machine's disk as it is filled. */
  readonly sizeGiB: number;
}

export interface Volumes extends AsyncDisposable {
  /** Makes an empty volume. Throws VolumeTooLarge where the machine's file system cannot hold a file of that size. */
  create(request: VolumeRequest): Promise<Volume>;
}

export class VolumeTooLarge extends Error {
  override readonly name = "VolumeTooLarge";
}

/** What was written to a volume is not all on it. */
export class VolumeLost extends Error {
  override readonly name = "VolumeLost";
}
