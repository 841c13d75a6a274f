import { GetObjectCommand } from "@aws-sdk/client-s3";
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

export const getObject = (objects: Pick<Objects, "get" | "partsOf">) =>
  operation(GetObjectCommand, {
    members: readMembers,
    permissions: (input) => [readPermission(input)],
    actions: ["s3:GetObject", "s3:GetObjectVersion"],
    mutates: false,
    handle: async (input, call) => {
      checkOwner(input, call);
      refuseWriteHeaders(call);
      using customerKey = customerKeyOf(input);
      const request = { authority: call.authority, ...readRequest(input), customerKey };
      const found = foundFor(await objects.get(request), input, call);
      return { Body: found.whole ?? found.body, ...objectAnswer(found, input, objects), ...lockAnswer(found, call) };
    },
  });
