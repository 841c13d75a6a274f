import { join } from "node:path";
import { CannotStart, holdFolder } from "./data-folder.ts";
import {
  hostNames,
  openUnsealing,
  throwawayTlsOptions,
  type Offer,
  type Seal,
  type Unsealing,
} from "./encryption/index.ts";
import { sealedAnswer, tlsListener } from "./gateway/index.ts";
import { timedId, type ServerConfig } from "./platform/index.ts";
import { readOffer } from "./unseal-offer.ts";
import { listenLocally } from "./unseal-socket.ts";
import type { HouseParts } from "./foundations.ts";
import { hostCertificate } from "./host-certificate.ts";
import { listenOn } from "./host-listener.ts";
import { closeServer, peerOf } from "./vpc-listeners.ts";

/** A server that holds its data folder and knows nothing of what is in it. */
export interface SealedServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  /** Resolves when somebody has opened the seal; `tell` is how they hear what came of it. */
  readonly opened: Promise<{ readonly seal: Seal; readonly tell: (what: object) => void }>;
}

/** The name of the socket in the data folder that takes what opens the seal. */
const socketName = join("run", "unseal.sock");

/**
 * ④ starts sealed: on the port every request gets 503, whoever sends it, and nothing of the data is read, since nothing can
 * be. What opens the seal comes through a Unix socket that only the server's own user may open.
 */
export async function startSealed(parts: HouseParts): Promise<SealedServer> {
  const { config, clock, log } = parts;
  await using making = new AsyncDisposableStack();
  making.use(await holdFolder(config.dataDir));
  const unsealing = making.use(await beginUnsealing({ config, clock }));
  const { promise: opened, resolve: open } = Promise.withResolvers<Awaited<SealedServer["opened"]>>();
  making.use(await listenLocally(join(config.dataDir, socketName), answerTo(unsealing, config, open)));
  const names = [...new Set([...hostNames, config.host])];
  const operator = making.use((await hostCertificate(parts)) ?? null);
  const server = tlsListener({
    tls: { ...(await throwawayTlsOptions(names, clock.now())), ...operator?.tlsOptions },
    originOf: (socket) => ({ kind: "host", sourceIp: peerOf(socket) }),
    carries: undefined,
    answer: ({ head }) => Promise.resolve(sealedAnswer(head, timedId(clock.now()))),
    log,
  });
  const { endpoint, port } = await listenOn(server, config);
  making.defer(() => closeServer(server));
  const owned = making.move();
  return { endpoint, port, opened, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function beginUnsealing({ config, clock }: Pick<HouseParts, "config" | "clock">): Promise<Unsealing> {
  const unsealing = await openUnsealing(config.dataDir, clock);
  if (!("kind" in unsealing)) return unsealing;
  throw new CannotStart(
    unsealing.kind === "damaged"
      ? `${unsealing.path} was changed and cannot be read: put back a copy of it`
      : `${config.dataDir} has no seal yet: start it once with a secret, and then sealed`,
  );
}

/** Answers the socket's questions: `{"do":"status"}` and `{"do":"offer", …}`. */
function answerTo(
  unsealing: Unsealing,
  { secret }: ServerConfig,
  open: (opened: Awaited<SealedServer["opened"]>) => void,
) {
  const place = secret.kind === "asked" ? secret.place : undefined;
  let isOpen = false;
  return async (asked: unknown): Promise<object> => {
    if (isOpen) return { refused: "the seal was opened just now" };
    const offer = readOffer(asked, place);
    if (offer === "status") return { sealed: unsealing.status() };
    if ("refused" in offer) return offer;
    const outcome = await unsealing.offer(offer satisfies Offer);
    if (outcome.kind === "refused") return { refused: outcome.message };
    if (outcome.kind === "more-shares") return { sealed: outcome.status };
    isOpen = true;
    return await new Promise<object>((tell) => open({ seal: outcome.seal, tell }));
  };
}
