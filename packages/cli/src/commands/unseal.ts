import { readFile } from "node:fs/promises";
import { SecretInput } from "../ask-secret.ts";
import type { Command, CommandOptions } from "../command.ts";
import { pathsOf, runningServer, type EnvironmentPaths, type ServerState } from "../environment.ts";
import { Failure, Misuse } from "../outcome.ts";
import { askSealedServer, type Answer, type SealStatus } from "../seal/sealed-server.ts";

export const unseal: Command = async (options) => {
  if (options.words.length > 0) throw new Misuse("usage: ./strongroom unseal; secrets are no arguments");
  const paths = pathsOf(options.data, options["key-file"]);
  const running = await runningServer(paths);
  if (running === undefined)
    throw new Failure(`nothing runs on ${paths.dataDir}: start it with ./strongroom up --sealed`);
  if (running.sealed !== true) throw new Failure(`${paths.dataDir} is open already`);
  const ask = (question: object) => askSealedServer(paths.unsealSocket, question);
  const status = sealOf(await ask({ do: "status" }));
  const answer =
    status.kind === "shares"
      ? await giveShares(status, ask, options)
      : await ask({ do: "offer", ...(await secretFor(status.kind, paths)) });
  if (answer === undefined) return 0;
  report(stateOf(answer), options);
  return 0;
};

type Ask = (question: object) => Promise<Answer>;

function sealOf(answer: Answer): SealStatus {
  if ("sealed" in answer) return answer.sealed;
  stateOf(answer);
  throw new Failure("the seal was opened just now");
}

function stateOf(answer: Answer): ServerState {
  if ("state" in answer) return answer.state;
  if ("refused" in answer) throw new Failure(answer.refused);
  if ("problem" in answer) throw new Failure(`the seal is open, and the server cannot start: ${answer.problem}`);
  throw new Failure("the seal is still closed");
}

async function secretFor(kind: Exclude<SealStatus["kind"], "shares">, paths: EnvironmentPaths): Promise<object> {
  if (kind === "key-file") {
    const content = await readFile(paths.keyFile).catch(() => {
      throw new Failure(`the key file ${paths.keyFile} cannot be read`);
    });
    return { kind, text: content.toString("base64") };
  }
  const [name, what] =
    kind === "passphrase" ? ["STRONGROOM_PASSPHRASE", "Passphrase"] : ["STRONGROOM_PKCS11_PIN", "PIN of the token"];
  const told = process.env[name];
  if (told !== undefined) return { kind, text: told };
  using input = new SecretInput();
  return { kind, text: await input.require(what) };
}

/** Gives shares until the seal opens, or until there are no more here: others may bring theirs later. */
async function giveShares(status: SealStatus, ask: Ask, { json }: CommandOptions): Promise<Answer | undefined> {
  using input = new SecretInput();
  let { threshold = 0, given = 0 } = status.shares ?? {};
  let some = false;
  for (;;) {
    const share = await input.next(`Share (${given} of ${threshold} were given)`);
    if (share === undefined || share.trim() === "") break;
    const answer = await ask({ do: "offer", kind: "share", text: share });
    if (!("sealed" in answer)) return answer;
    ({ threshold, given } = answer.sealed.shares ?? { threshold, given });
    some = true;
  }
  if (!some) throw new Failure(`no share was given; ${given} of ${threshold} were before`);
  const told = json
    ? JSON.stringify({ sealed: true, threshold, given })
    : `Still sealed: ${given} of ${threshold} shares were given.`;
  process.stdout.write(`${told}\n`);
  return undefined;
}

function report(state: ServerState, { json }: CommandOptions): void {
  process.stdout.write(json ? `${JSON.stringify(state)}\n` : `Unsealed. Strongroom is running: ${state.endpoint}\n`);
}
