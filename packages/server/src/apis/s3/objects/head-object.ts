import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner } from "../bucket-owner.ts";
import { customerKeyOf } from "../customer-key-members.ts";
import { lockAnswer } from "../object-lock.ts";
import {
  foundFor,
  objectAnswer,
  readMembers,
  readPermission,
  readRequest,
  refuseWriteHeaders,
} from "./read-members.ts";

export const headObject = (objects: Pick<Objects, "look" | "partsOf">) =>
  operation(HeadObjectCommand, {
    members: readMembers,
    permissions: (input) => [readPermission(input)],
    actions: ["s3:GetObject", "s3:GetObjectVersion"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      refuseWriteHeaders(call);
      using customerKey = customerKeyOf(input);
      const found = foundFor(objects.look({ ...readRequest(input), customerKey }), input, call);
      return { ...objectAnswer(found, input, objects), ...lockAnswer(found, call) };
    },
  });
