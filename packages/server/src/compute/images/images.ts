import type { ImageSpec } from "../sandbox/index.ts";
import { ImageDigests } from "./image-digests.ts";
import { readImageUri } from "./image-uri.ts";

/** An image that this server has: its repository, its tags and what it is made of. */
export interface ImageDefinition {
  readonly repository: string;
  /** Absent: every tag names this image. */
  readonly tags?: readonly string[];
  readonly spec: ImageSpec;
  /** The built-in algorithm: its metrics are read without definitions. */
  readonly isManagedAlgorithm?: boolean;
  /** Whether its programs share a job among several hosts; absent: they know of one only. */
  readonly runsOnSeveralHosts?: boolean;
}

export interface ResolvedImage {
  readonly uri: string;
  readonly spec: ImageSpec;
  /** sha256 in hexadecimal over the files that make it. */
  readonly digest: string;
  readonly isManagedAlgorithm: boolean;
}

export interface Images {
  /** A sentence that names the image, where there is none for the URI; otherwise undefined. */
  faultOf(uri: string): string | undefined;
  /** A sentence that names the image, where a job of it has one host and no more; otherwise undefined. */
  hostsFaultOf(uri: string, hostCount: number): string | undefined;
  resolve(uri: string): Promise<ResolvedImage | { readonly problem: string }>;
  /** Reads every image once, so that no job waits for that; what cannot be read is told to those who ask for it. */
  readAhead(): Promise<void>;
}

/** The images by repository name and tag, whatever account and region a URI carries. */
export function openImages(definitions: readonly ImageDefinition[]): Images {
  const digests = new ImageDigests();
  const find = (uri: string): ImageDefinition | undefined => {
    const name = readImageUri(uri);
    return definitions.find(({ repository, tags }) => {
      return repository === name?.repository && (tags === undefined || tags.includes(name.tag));
    });
  };
  const unknown = (uri: string): string => {
    const known = definitions.map(({ repository, tags }) => `${repository}:${tags?.join("|") ?? "*"}`).join(", ");
    return `Cannot find the image ${uri}: this environment has ${known}`;
  };
  return {
    faultOf: (uri) => (find(uri) === undefined ? unknown(uri) : undefined),
    hostsFaultOf(uri, hostCount) {
      const found = find(uri);
      if (hostCount === 1 || found === undefined || found.runsOnSeveralHosts === true) return undefined;
      return `The image ${uri} runs on one host: InstanceCount ${hostCount} is not supported for it`;
    },
    async resolve(uri) {
      const found = find(uri);
      if (found === undefined) return { problem: unknown(uri) };
      const digest = await digests.digestOf(found.spec);
      if (typeof digest !== "string") return { problem: `The image ${uri} cannot be read: ${digest.problem}` };
      return { uri, spec: found.spec, digest, isManagedAlgorithm: found.isManagedAlgorithm ?? false };
    },
    // One after the other: whoever asks in between waits for one image at most.
    async readAhead() {
      for (const { spec } of definitions) await digests.digestOf(spec);
    },
  };
}
