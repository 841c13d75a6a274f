import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { imagesOf } from "@strongroom/images";
import { crossOrigin } from "./apis/s3/cross-origin.ts";
import { assembleCompute, type Compute } from "./assembly/compute.ts";
import { assembleServices } from "./assembly/services.ts";
import type { Foundations, HouseParts } from "./foundations.ts";
import { hostNames, type OperatorCertificate } from "./encryption/index.ts";
import { actsForRules, answer, tlsListener, UnverifiedBodies, type Gate } from "./gateway/index.ts";
import { hostCertificate } from "./host-certificate.ts";
import { listenOn } from "./host-listener.ts";
import { closeServer, peerOf, VpcListeners } from "./vpc-listeners.ts";
import { writeAdministrator } from "./first-start.ts";
import { layFoundations } from "./lay-foundations.ts";
import { liftBucketPolicy, liftGuardrails } from "./lift-policies.ts";

/** A running environment. Disposing ends it in order: no more requests, jobs, networks, trail, database. */
export interface House extends AsyncDisposable {
  /** https://host:port */
  readonly endpoint: string;
  readonly caPath: string;
  /** Where the operator's own certificate is used: the names that it is shown for. */
  readonly certificateNames?: readonly string[];
  /** Every service with what is served of it and what is not. */
  readonly services: Gate["services"];
  /** Spends time now on what the first jobs would wait for. It answers meanwhile. */
  prepare(): Promise<void>;
  /** Resolves when the environment can no longer answer, with the reason. */
  readonly broken: Promise<unknown>;
}

const repositoryRoot = resolve(fileURLToPath(new URL("../../../", import.meta.url)));

/** Opens the environment of a data folder and answers when it listens. Throws CannotStart with what to mend. */
export async function openHouse(parts: HouseParts): Promise<House> {
  await using making = new AsyncDisposableStack();
  const { promise: broken, resolve: breakDown } = Promise.withResolvers<unknown>();
  const foundations = await layFoundations(parts, making, breakDown);
  const { config, clock, log } = parts;
  if (config.liftGuardrails === true) await liftGuardrails(foundations);
  if (config.liftBucketPolicy !== undefined) await liftBucketPolicy(foundations, config.liftBucketPolicy);
  writeAdministrator(foundations.db, foundations.access, config.administratorFile);
  const images = imagesOf({
    repository: repositoryRoot,
    runtime: join(repositoryRoot, ".runtime"),
    node: process.execPath,
  });
  const compute = await assembleCompute(foundations, images, making);
  const gate: Gate = {
    services: assembleServices(foundations, compute),
    access: foundations.access,
    trail: foundations.trail,
    repositories: foundations.repositories,
    unverified: new UnverifiedBodies(),
    crossOrigin: crossOrigin(foundations.s3.buckets),
    place: { region: config.region, accountId: config.accountId, clock },
    log,
  };
  making.use(await openVpcListeners(foundations, compute, gate));
  compute.begin();
  making.use(foundations.detection).begin(actsForRules(gate, foundations.access));
  making.use(foundations.s3.notices).begin();
  making.use(foundations.s3.lifecycle).begin();
  const operator = making.use((await hostCertificate(parts)) ?? null);
  const { endpoint, listening } = await listenOnHost(foundations, gate, operator);
  making.use(listening);
  const owned = making.move();
  return {
    endpoint,
    caPath: foundations.certificates.caPath,
    ...(operator && { certificateNames: operator.names }),
    services: gate.services,
    prepare: () => compute.readImagesAhead(),
    broken,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openVpcListeners(foundations: Foundations, compute: Compute, gate: Gate): Promise<VpcListeners> {
  const { certificates } = foundations;
  const listeners = new VpcListeners({
    networks: compute.networks,
    certificates,
    credentials: compute.credentials,
    gate,
  });
  await compute.networks.watch(listeners);
  return listeners;
}

async function listenOnHost(
  { config, certificates, log }: Foundations,
  gate: Gate,
  operator: OperatorCertificate | null,
): Promise<{ endpoint: string; listening: AsyncDisposable }> {
  const names = [...new Set([...hostNames, config.host])];
  const server = tlsListener({
    tls: { ...(await certificates.tlsOptions(names)), ...operator?.tlsOptions },
    originOf: (socket) => ({ kind: "host", sourceIp: peerOf(socket) }),
    carries: undefined,
    answer: (arrival) => answer(arrival, gate),
    log,
  });
  const { endpoint } = await listenOn(server, config);
  const fresh = certificates.keepFresh(server, names);
  return {
    endpoint,
    listening: {
      [Symbol.asyncDispose]: async () => {
        fresh[Symbol.dispose]();
        await closeServer(server);
      },
    },
  };
}
