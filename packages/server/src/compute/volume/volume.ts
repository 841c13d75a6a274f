export interface Volume extends AsyncDisposable {
  /** The plain view, as the server reaches it: `/proc/<mountPid>/root/…`. Whatever lies in it belongs to the sandbox's user. */
  readonly path: string;
  /** The process whose mount namespace holds the plain view. */
  readonly mountPid: number;
}

export interface Volumes extends AsyncDisposable {
  /** Makes an empty volume under a data key of 32 bytes. One owner has one volume at a time; a leftover of the same owner is removed. */
  create(x: { readonly ownerId: string; readonly dataKey: Uint8Array }): Promise<Volume>;
}
