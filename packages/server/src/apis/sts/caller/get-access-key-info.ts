import { GetAccessKeyInfoCommand } from "@aws-sdk/client-sts";
import { AwsError, text } from "@strongroom/wire";
import { operation } from "../../operation.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
export const getAccessKeyInfo = () =>
  operation(GetAccessKeyInfoCommand, {
    members: { AccessKeyId: text({ min: 16, max: 128, pattern: /\w+/ }) },
    permissions: () => [{ action: "sts:GetAccessKeyInfo", resource: "*" }],
    mutates: false,
    handle: ({ AccessKeyId }, { accountId }) => {
      // ② as with AWS the form of the id says it all: whether the key exists or is active is not told.
      if (keyForm.test(AccessKeyId)) return { Account: accountId };
      const message = `Invalid AccessKeyId: ${AccessKeyId}`;
      throw new AwsError({ code: "ValidationError", message, status: 400 });
    },
  });

/** A server has one account; every key that it makes looks so. */
const keyForm = /^A[KS]IA[A-Z2-7]{16}$/;
