import { UntagResourceCommand } from "@aws-sdk/client-codecommit";
import { list } from "@strongroom/wire";
import { repositoryTagsMax, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { demandChanged, demandOwnKeys, repositoryNamed, resourceArn, tagKey } from "./tag-members.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UntagResource.html */
export const untagResource = (repositories: Pick<Repositories, "untag" | "arnOf">) =>
  operation(UntagResourceCommand, {
    members: { resourceArn, tagKeys: list(tagKey, { max: repositoryTagsMax }) },
    permissions: (input) => [
      {
        action: "codecommit:UntagResource",
        resource: input.resourceArn,
        context: { "aws:TagKeys": input.tagKeys },
      },
    ],
    handle: (input) => {
      const name = repositoryNamed(repositories, input.resourceArn);
      demandOwnKeys(input.tagKeys);
      demandChanged(repositories.untag(name, input.tagKeys), name);
      return {};
    },
  });
