import { DecodeAuthorizationMessageCommand, InvalidAuthorizationMessageException } from "@aws-sdk/client-sts";
import { text } from "@strongroom/wire";
import { encodedMessageCharactersMax, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/**
 * ② What was wrong with a refused request, for who may know it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export const decodeAuthorizationMessage = ({ authorizationMessages }: Pick<Access, "authorizationMessages">) =>
  operation(DecodeAuthorizationMessageCommand, {
    members: { EncodedMessage: text({ min: 1, max: encodedMessageCharactersMax }) },
    permissions: () => [{ action: "sts:DecodeAuthorizationMessage", resource: "*" }],
    mutates: false,
    handle: ({ EncodedMessage }) => {
      const DecodedMessage = authorizationMessages.decode(EncodedMessage);
      if (DecodedMessage !== undefined) return { DecodedMessage };
      throw new InvalidAuthorizationMessageException({ message: "Message is not valid", $metadata: {} });
    },
  });
