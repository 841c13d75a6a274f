import { GetBlobCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetBlob.html: blobs of up to 6 MB. */
export const getBlob = (repositories: Pick<Repositories, "contents" | "arnOf">) =>
  operation(GetBlobCommand, {
    members: { repositoryName, blobId: text({ min: 1, max: 64 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetBlob")],
    mutates: false,
    handle: async ({ repositoryName: name, blobId }) => {
      const found = await repositories.contents.blob(name, blobId);
      if (found.kind !== "blob") throw refusal(found.kind, name, blobId);
      return { content: found.content };
    },
  });
