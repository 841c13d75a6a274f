/** What of an image URI decides which image is meant. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string;
}

/**
 * Reads `[<registry>/]<repository>[:<tag>]`. The registry (account, region) is AWS's way to say where an
 * image is fetched from and says nothing here. A digest reference (`@sha256:…`) names no image of ours.
 */
export function readImageUri(uri: string): ImageName | undefined {
  const match = /^(?:[^/\s]+\/)*([a-z0-9]+(?:[._-][a-z0-9]+)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?$/.exec(uri);
  return match?.[1] === undefined ? undefined : { repository: match[1], tag: match[2] ?? "latest" };
}
