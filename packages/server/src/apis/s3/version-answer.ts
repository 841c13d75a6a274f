/**
 * The version that a write made, as its answer tells it. S3 names none where versioning is suspended,
 * although reads and listings call what was written the version `null`.
 */
export const writtenVersion = (versionId: string | undefined): string | undefined =>
  versionId === "null" ? undefined : versionId;
