import { DeleteTagsCommand } from "@aws-sdk/client-ec2";
import { flag, list, text } from "@strongroom/wire";
import { networkTagsMax, type NetworkTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { required, stopIfDryRun } from "../outcome.ts";
import { tagMembers } from "../tags.ts";
import { arnOfId, demandIds } from "./tagged-resource.ts";

const resourcesMax = 1000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html: without tags it deletes all of them. */
export const deleteTags = (tags: NetworkTags) =>
  operation(DeleteTagsCommand, {
    members: {
      Resources: list(text({ max: 32 }), { max: resourcesMax }),
      Tags: list(tagMembers, { max: networkTagsMax }),
      DryRun: flag(),
    },
    permissions: (input, call) =>
      input.Resources.map((id) => {
        // ② without tags every one of the resource's own is meant: a policy about keys decides on all of them.
        const keys = input.Tags?.map(({ Key }) => required(Key, "key")) ?? Object.keys(tags.get(id)?.tags ?? {});
        return { action: "ec2:DeleteTags", resource: arnOfId(call, id), context: { "aws:TagKeys": keys } };
      }),
    handle: (input) => {
      const ids = input.Resources;
      demandIds(tags, ids);
      stopIfDryRun(input);
      const named = input.Tags?.map(({ Key, Value }) => ({
        key: required(Key, "key"),
        ...(Value === undefined ? {} : { value: Value }),
      }));
      tags.remove(ids, named);
      return {};
    },
  });
