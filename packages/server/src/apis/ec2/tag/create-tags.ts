import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { AwsError, flag, list, text } from "@strongroom/wire";
import { networkTagsMax, type NetworkTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { stopIfDryRun } from "../outcome.ts";
import { givenTags, tagMembers } from "../tags.ts";
import { arnOfId, demandIds } from "./tagged-resource.ts";

const resourcesMax = 1000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export const createTags = (tags: NetworkTags) =>
  operation(CreateTagsCommand, {
    members: {
      Resources: list(text({ max: 32 }), { max: resourcesMax }),
      Tags: list(tagMembers, { max: networkTagsMax }),
      DryRun: flag(),
    },
    permissions: (input, call) => {
      const given = givenTags(input.Tags);
      const context = {
        "aws:TagKeys": Object.keys(given),
        ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      };
      return input.Resources.map((id) => ({ action: "ec2:CreateTags", resource: arnOfId(call, id), context }));
    },
    handle: (input) => {
      const ids = input.Resources;
      demandIds(tags, ids);
      stopIfDryRun(input);
      if (tags.put(ids, givenTags(input.Tags)) === "stored") return {};
      const message = `The maximum number of Tags for a resource has been reached: ${networkTagsMax}`;
      throw new AwsError({ code: "TagLimitExceeded", message, status: 400 });
    },
  });
