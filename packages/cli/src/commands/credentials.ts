import type { Command } from "../command.ts";
import { loginOf } from "../login/chosen-login.ts";
import { current, defaultProfile } from "../login/login-store.ts";
import { Failure } from "../outcome.ts";

/**
 * For `credential_process` in ~/.aws/config.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html
 */
export const credentials: Command = async (options) => {
  const { profile = defaultProfile } = options;
  const login = await loginOf(profile, options);
  if (login === undefined) throw new Failure(`nobody is signed in as "${profile}": ./strongroom login`);
  const { credentials: given, expiration } = current(login, new Date());
  const answer = {
    Version: 1,
    AccessKeyId: given.accessKeyId,
    SecretAccessKey: given.secretAccessKey,
    SessionToken: given.sessionToken,
    Expiration: expiration,
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  return 0;
};
