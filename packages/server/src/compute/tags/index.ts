/**
 * ② Tags of SageMaker's resources. Promise: a tag that was stored decides the next request.
 * Must not: know what the resources are.
 */
export { ResourceTags, tagMigrations, tagsMax } from "./tag-store.ts";
export type { ResourceTag } from "./tag-store.ts";
