import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { AdminClient, AdminError, SignOutCommand } from "@strongroom/admin-api";
import type { Command } from "../command.ts";
import { loginOf } from "../login/chosen-login.ts";
import { defaultProfile, forgetLogin, type Login } from "../login/login-store.ts";
import { Failure } from "../outcome.ts";

export const logout: Command = async (options) => {
  const { profile = defaultProfile } = options;
  const login = await loginOf(profile, options);
  if (login === undefined) throw new Failure(`nobody is signed in as "${profile}"`);
  const ended = await endAtServer(login);
  await forgetLogin(login);
  if (!ended) {
    throw new Failure(
      `the server could not be reached: the session is gone here, and ends there at ${login.expiration}`,
    );
  }
  process.stdout.write(`You are signed out of ${login.arn}.\n`);
  return 0;
};

/** Whether the session is over at the server; one that had ended before is. */
async function endAtServer({ endpoint, region, caFile, credentials }: Login): Promise<boolean> {
  const agent = new Agent({ ca: readFileSync(caFile) });
  try {
    await new AdminClient({ endpoint, region, credentials, agent }).send(new SignOutCommand({}));
    return true;
  } catch (error) {
    if (error instanceof AdminError) return error.status === 403;
    if (error instanceof Error && "syscall" in error) return false;
    throw error;
  } finally {
    agent.destroy();
  }
}
