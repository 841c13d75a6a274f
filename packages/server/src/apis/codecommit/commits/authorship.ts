import {
  CommitMessageLengthExceededException,
  InvalidEmailException,
  NameLengthExceededException,
} from "@aws-sdk/client-codecommit";
import type { ServerCall } from "../../operation.ts";

const messageBytesMax = 256 * 1024;
const nameCharactersMax = 128;

/**
 * Who a commit is by. Where no name is given it is that of the caller, without an e-mail address.
 * Throws the exception for whatever is too long.
 */
export function authorship(
  given: { name: string | undefined; email: string | undefined; message: string },
  { authority }: Pick<ServerCall, "authority">,
) {
  const { email = "", message } = given;
  const arn = authority.principal.arn;
  const name = given.name === undefined || given.name === "" ? arn.slice(arn.lastIndexOf("/") + 1) : given.name;
  if (name.length > nameCharactersMax) {
    throw new NameLengthExceededException({
      message: `A name has at most ${nameCharactersMax} characters`,
      $metadata: {},
    });
  }
  if (email !== "" && !/^[^\s<>]{1,254}$/.test(email)) {
    throw new InvalidEmailException({ message: "The e-mail address is not valid", $metadata: {} });
  }
  if (Buffer.byteLength(message) > messageBytesMax) {
    const limit = `A commit message has at most ${messageBytesMax / 1024} KB`;
    throw new CommitMessageLengthExceededException({ message: limit, $metadata: {} });
  }
  return { name, email, message };
}
