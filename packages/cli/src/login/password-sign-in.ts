import {
  type AdminClient,
  AdminError,
  ContinueSignInCommand,
  SignInCommand,
  type SignInResponse,
} from "@strongroom/admin-api";
import { Failure } from "../outcome.ts";
import { present } from "../present.ts";
import type { Questions } from "./questions.ts";
import { terminalPicture } from "./terminal-picture.ts";

export interface Wanted {
  readonly userName: string;
  readonly role: string | undefined;
  readonly seconds: number | undefined;
}

/** What a person does wrong three times, they may do anew from the start. */
const triesMax = 3;

/** Asks for password and second factor, and for whatever else the server wants, until there is a session. */
export async function signInWithPassword(
  client: AdminClient,
  questions: Questions,
  { userName, role, seconds }: Wanted,
): Promise<SignInResponse> {
  const Password = await questions.askHidden("Password: ");
  const code = await questions.askHidden("Code of your authenticator (none yet: press Enter): ");
  const session = {
    ...(role === undefined ? {} : { Role: role }),
    ...(seconds === undefined ? {} : { DurationSeconds: seconds }),
  };
  const Code = code.replaceAll(" ", "");
  const credentials = { UserName: userName, Password, ...(Code === "" ? {} : { Code }) };
  let answer = await client.send(new SignInCommand({ ...credentials, ...session }));
  while (answer.Wanted !== undefined) {
    const step = { ...session, Step: present(answer.Step, "Step") };
    answer = await nextStep(client, questions, answer, step);
  }
  return answer;
}

type Step = { readonly Step: string; readonly Role?: string; readonly DurationSeconds?: number };

function nextStep(client: AdminClient, questions: Questions, answer: SignInResponse, step: Step) {
  if (answer.Wanted === "NEW_PASSWORD") {
    process.stderr.write("\nA new password is wanted before you go on.\n");
    return untilTaken("PasswordPolicyViolationException", questions, async () => {
      const NewPassword = await newPassword(questions);
      return await client.send(new ContinueSignInCommand({ ...step, NewPassword }));
    });
  }
  if (answer.Wanted === "SECOND_FACTOR") {
    tellAuthenticator(present(answer.AuthenticatorUri, "AuthenticatorUri"), questions.isTerminal);
    return untilTaken("InvalidAuthenticationCodeException", questions, async () => {
      const FirstCode = (await questions.askHidden("Code that it shows: ")).replaceAll(" ", "");
      const SecondCode = (await questions.askHidden("The code after it: ")).replaceAll(" ", "");
      return await client.send(new ContinueSignInCommand({ ...step, FirstCode, SecondCode }));
    });
  }
  throw new Failure(`the server wants ${answer.Wanted ?? ""}, which this program does not know`);
}

async function newPassword(questions: Questions): Promise<string> {
  const typed = await questions.askHidden("New password: ");
  if (!questions.isTerminal) return typed;
  if ((await questions.askHidden("The same again: ")) === typed) return typed;
  process.stderr.write("These are not the same.\n");
  return await newPassword(questions);
}

/** A person at a terminal may correct what was not taken. */
async function untilTaken<T>(code: string, { isTerminal }: Questions, step: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await step();
    } catch (error) {
      const isCorrectable = error instanceof AdminError && error.name === code && isTerminal && tries < triesMax;
      if (!isCorrectable) throw error;
      process.stderr.write(`${error.message}\n`);
    }
  }
}

function tellAuthenticator(uri: string, isTerminal: boolean): void {
  const key = new URL(uri).searchParams.get("secret") ?? "";
  const lines = [
    "",
    "You have no authenticator yet. Add this account to one: any app for codes of six digits.",
    ...(isTerminal ? ["", terminalPicture(uri)] : [`  ${uri}`]),
    "",
    `  key, to type by hand   ${(key.match(/.{1,4}/g) ?? []).join(" ")}`,
    "",
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
}
