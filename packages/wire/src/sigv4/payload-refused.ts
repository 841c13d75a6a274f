import { AwsError } from "../error.ts";

/** A body that is not what its head claimed. It is thrown while the body is read, at its end at the latest. */
export class PayloadRefused extends AwsError {
  constructor(code: PayloadRefusedCode, message: string) {
    super({ code, message, status: code === "SignatureDoesNotMatch" ? 403 : 400 });
  }
}

type PayloadRefusedCode =
  | "XAmzContentSHA256Mismatch"
  | "SignatureDoesNotMatch"
  | "BadDigest"
  | "InvalidDigest"
  | "IncompleteBody"
  | "MalformedTrailerError"
  | "InvalidRequest";
