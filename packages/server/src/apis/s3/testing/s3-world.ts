import { S3Client } from "@aws-sdk/client-s3";
import { isRefused, migrations as accessMigrations, openAccess } from "../../../access/index.ts";
import type { Access, Refusal as AccessRefusal } from "../../../access/index.ts";
import { openPlace } from "../../../artifacts/testing/place.ts";
import type { Place } from "../../../artifacts/testing/place.ts";
import { systemClock } from "../../../platform/index.ts";
import type { Clock } from "../../../platform/index.ts";
import { crossOrigin } from "../cross-origin.ts";
import { s3 } from "../index.ts";
import { accountId, openRoad, region } from "./road.ts";

/** S3 behind the gateway's road, over plain HTTP, with the official client in front. */
export interface S3World extends AsyncDisposable {
  readonly place: Place;
  readonly access: Access;
  readonly endpoint: string;
  readonly administrator: S3Client;
  /** A new user with one inline policy, and a client that signs as that user. */
  userWith(name: string, policy: object): S3Client;
  /** Does this once, while the next record is made: behind the decision about a request, before it is handled. */
  whileRecording(change: () => unknown): void;
}

export async function openS3World(clock: Clock = systemClock): Promise<S3World> {
  const place = await openPlace(undefined, clock);
  place.db.migrate(accessMigrations);
  const access = openAccess({
    db: place.db,
    clock,
    accountId,
    region,
    tokenKey: Buffer.alloc(32, 3),
  });
  access.describeResources("s3", (_arn, permission) => place.s3.facts(permission));
  access.describeResources("kms", (...asked) => place.encryption.keyFacts(...asked));
  const first = access.ensureFirstAdministrator();
  if (first === undefined) throw new Error("no administrator");
  let change: (() => unknown) | undefined;
  const record = async () => {
    const now = change;
    change = undefined;
    await now?.();
  };
  const road = await openRoad(access, [s3(place.s3)], undefined, clock, crossOrigin(place.s3.buckets), record);
  const { endpoint } = road;
  const clients: S3Client[] = [];
  const clientFor = (credentials: { accessKeyId: string; secretAccessKey: string }): S3Client => {
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
    // A client signs with its own clock, which a test may have turned.
    client.middlewareStack.add(
      (next) => (args) => {
        client.config.systemClockOffset = clock.now().getTime() - Date.now();
        return next(args);
      },
      { step: "build", name: "turned clock" },
    );
    clients.push(client);
    return client;
  };
  return {
    place,
    access,
    endpoint,
    administrator: clientFor(first),
    userWith(name, policy) {
      held(access.users.create({ name, path: "/", boundaryArn: undefined, tags: {} }));
      const put = access.policies.putInline({ kind: "user", name }, { name: "only", document: JSON.stringify(policy) });
      if (put !== undefined) throw new Error(put.message);
      const { key, secretAccessKey } = held(access.users.createAccessKey(name));
      return clientFor({ accessKeyId: key.id, secretAccessKey });
    },
    whileRecording(next) {
      change = next;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await road[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

function held<T extends object>(outcome: T | AccessRefusal): T {
  if (isRefused(outcome)) throw new Error(outcome.message);
  return outcome;
}
