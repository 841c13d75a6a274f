import { MalformedPolicyDocumentException, PackedPolicyTooLargeException } from "@aws-sdk/client-sts";
import { AwsError } from "@strongroom/wire";
import {
  isSessionRefused,
  sessionTokenCharactersMax,
  type SessionRefusal,
  type TemporaryCredentials,
} from "../../access/index.ts";

/** The credentials of a session, and how much of the room that a token has they take. */
export function credentialsAnswer(credentials: TemporaryCredentials) {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration,
    },
    SessionTokenUtilization: Math.ceil((sessionToken.length / sessionTokenCharactersMax) * 100),
  };
}

/** The member that SessionTokenUtilization replaces, which clients still read: of policies and tags alone. */
export function packedAnswer(packedPercent: number | undefined): { readonly PackedPolicySize?: number } {
  return packedPercent === undefined ? {} : { PackedPolicySize: packedPercent };
}

/** What was asked for, or AWS's exception for the refusal. */
export function settled<T extends object>(outcome: T | SessionRefusal): T {
  if (!isSessionRefused(outcome)) return outcome;
  const { reason, message } = outcome;
  switch (reason) {
    case "malformed-policy":
      throw new MalformedPolicyDocumentException({ message, $metadata: {} });
    case "packed-too-large":
      throw new PackedPolicyTooLargeException({ message, $metadata: {} });
    case "denied":
      throw denied(message);
    case "invalid":
      throw new AwsError({ code: "ValidationError", message, status: 400 });
  }
}

export function denied(message: string): AwsError {
  return new AwsError({ code: "AccessDenied", message, status: 403 });
}
