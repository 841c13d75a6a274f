/** People: signing in and out, and what administrators do about it. */
import { commandOf, flag, number, operationOf, secret, structure, text } from "./schema-notation.ts";

/** Which session is asked for. */
interface WantedSession {
  /** Name or ARN of a role; without one, the session is the person's own. */
  readonly Role?: string | undefined;
  readonly DurationSeconds?: number | undefined;
}
export interface SignInRequest extends WantedSession {
  readonly UserName: string | undefined;
  readonly Password: string | undefined;
  /** Six digits of an authenticator; absent where the person has none yet. */
  readonly Code?: string | undefined;
}

/** Either a session, or what is wanted before there is one. */
export interface SignInResponse {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  /** ISO 8601, UTC. */
  readonly Expiration?: string | undefined;
  /** Who the session acts as. */
  readonly Arn?: string | undefined;
  readonly SecondFactorShown?: boolean | undefined;
  /** NEW_PASSWORD or SECOND_FACTOR. */
  readonly Wanted?: string | undefined;
  /** To be handed to ContinueSignIn, within ten minutes. */
  readonly Step?: string | undefined;
  /** otpauth://totp/…, for an authenticator; with SECOND_FACTOR. */
  readonly AuthenticatorUri?: string | undefined;
}

const wantedSession = [
  ["Role", text],
  ["DurationSeconds", number],
] as const;

const signInResponse = structure(
  "SignInResponse",
  [],
  [
    ["AccessKeyId", text],
    ["SecretAccessKey", secret],
    ["SessionToken", secret],
    ["Expiration", text],
    ["Arn", text],
    ["SecondFactorShown", flag],
    ["Wanted", text],
    ["Step", secret],
    ["AuthenticatorUri", secret],
  ],
);

/** The name is a secret as well: people type passwords in its place. The record of signing in names those who exist. */
export const SignIn$ = operationOf(
  "SignIn",
  structure(
    "SignInRequest",
    [
      ["UserName", secret],
      ["Password", secret],
    ],
    [["Code", secret], ...wantedSession],
  ),
  signInResponse,
);
export const SignInCommand = commandOf<SignInRequest, SignInResponse>(SignIn$);

export interface ContinueSignInRequest extends WantedSession {
  readonly Step: string | undefined;
  readonly NewPassword?: string | undefined;
  /** Two codes of the new authenticator that follow each other. */
  readonly FirstCode?: string | undefined;
  readonly SecondCode?: string | undefined;
}
export const ContinueSignIn$ = operationOf(
  "ContinueSignIn",
  structure(
    "ContinueSignInRequest",
    [["Step", secret]],
    [["NewPassword", secret], ["FirstCode", secret], ["SecondCode", secret], ...wantedSession],
  ),
  signInResponse,
);
export const ContinueSignInCommand = commandOf<ContinueSignInRequest, SignInResponse>(ContinueSignIn$);

export interface NoMembers {
  readonly [none: string]: never;
}
export const SignOut$ = operationOf("SignOut", structure("SignOutRequest", []), structure("SignOutResponse", []));
export const SignOutCommand = commandOf<NoMembers, NoMembers>(SignOut$);

export interface UnlockUserRequest {
  readonly UserName: string | undefined;
}
export interface UnlockUserResponse {
  /** Whether there were failed tries to forget. */
  readonly HadFailedTries: boolean | undefined;
}
export const UnlockUser$ = operationOf(
  "UnlockUser",
  structure("UnlockUserRequest", [["UserName", text]]),
  structure("UnlockUserResponse", [["HadFailedTries", flag]]),
);
export const UnlockUserCommand = commandOf<UnlockUserRequest, UnlockUserResponse>(UnlockUser$);

export interface SignInSettings {
  /** Whether nobody signs in without a second factor; true unless it was changed. */
  readonly SecondFactorRequired: boolean | undefined;
}
const settings = [["SecondFactorRequired", flag]] as const;
export const DescribeSignInSettings$ = operationOf(
  "DescribeSignInSettings",
  structure("DescribeSignInSettingsRequest", []),
  structure("DescribeSignInSettingsResponse", settings),
);
export const DescribeSignInSettingsCommand = commandOf<NoMembers, SignInSettings>(DescribeSignInSettings$);

export const UpdateSignInSettings$ = operationOf(
  "UpdateSignInSettings",
  structure("UpdateSignInSettingsRequest", settings),
  structure("UpdateSignInSettingsResponse", []),
);
export const UpdateSignInSettingsCommand = commandOf<SignInSettings, NoMembers>(UpdateSignInSettings$);
