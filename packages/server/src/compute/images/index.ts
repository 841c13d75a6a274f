/**
 * The images that this environment has: no registry, no download. A URI is read by repository name and tag.
 *
 * Promise: an image's digest covers every file that a sandbox sees of it beside the system's own folders.
 * Must not: start anything, or fetch anything.
 */
export { openImages } from "./images.ts";
export type { ImageDefinition, Images, ResolvedImage } from "./images.ts";
