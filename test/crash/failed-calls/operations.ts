import { bucketOperations } from "./bucket-operations.ts";
import { codeOperations } from "./code-operations.ts";
import { keyOperations } from "./key-operations.ts";
import { objectOperations } from "./object-operations.ts";
import type { Operation } from "./operation.ts";
import { peopleOperations } from "./people-operations.ts";
import { uploadOperations } from "./upload-operations.ts";

export const operations: readonly Operation[] = [
  ...[...objectOperations, ...uploadOperations, ...bucketOperations, ...keyOperations, ...peopleOperations],
  ...codeOperations,
];
