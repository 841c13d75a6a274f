/**
 * What a small request pays for being asked who it is: reading and verifying its signature, and the
 * decision for a role with 20 attached policies, against the whole of a GetObject of 1 KiB through TLS.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { startHouseProcess } from "@strongroom/testkit";
import { readClaim, signRequest, verifyClaim, type HttpRequestHead } from "@strongroom/wire";
import { attachedPolicies, attachedRole, openAccount, readOf } from "./crowded-account.ts";
import { bound, interleaved, median, say, tell, tellMachine, timed } from "./measure.ts";
import { SignedConnection } from "./signed-connection.ts";

const rounds = 15;
const warmUpRounds = 5;
const perRound = 200;
/** The part of a request's time. */
const shareMax = 0.1;
const target = "/bench/1-kib";

tellMachine("signed-request");
await using made = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
made.defer(() => rm(folder, { recursive: true }));
const house = made.use(await startHouseProcess());
const { clients } = house;
await clients.s3.send(new CreateBucketCommand({ Bucket: "bench" }));
await clients.s3.send(new PutObjectCommand({ Bucket: "bench", Key: "1-kib", Body: Buffer.alloc(1024) }));
const connection = made.use(new SignedConnection(clients, "s3"));
const heads = signedHeads();
const role = attachedRole(openAccount(join(folder, "account.db"), made), "Busy");

const taken = await interleaved(
  rounds,
  {
    request: () => each(() => connection.send("GET", target)),
    signature: () => each((at) => verified(heads[at % heads.length])),
    decision: () => each((at) => decided(at)),
  },
  warmUpRounds,
);
tell("GetObject of 1 KiB, one signed request", taken.request);
const [request, signature, decision] = [taken.request, taken.signature, taken.decision].map(median);
const share = ((signature ?? Number.NaN) + (decision ?? Number.NaN)) / (request ?? Number.NaN);
say(`reading and verifying the signature       ${((signature ?? 0) * 1000).toFixed(1)} µs`);
say(`the decision, ${attachedPolicies} policies attached        ${((decision ?? 0) * 1000).toFixed(1)} µs`);
bound(
  `signature check and decision take less than ${shareMax * 100} % of a small request`,
  `${(share * 100).toFixed(1)} %`,
  share < shareMax,
);

/** Milliseconds of one of them, over `perRound`. */
async function each(task: (at: number) => unknown): Promise<number> {
  const all = await timed(async () => {
    for (let at = 0; at < perRound; at += 1) {
      const done = task(at);
      if (done instanceof Promise) await done;
    }
  });
  return all / perRound;
}

/** As they come off the wire, each with a date of its own: nothing of a signature can be remembered. */
function signedHeads(): { head: HttpRequestHead; now: Date }[] {
  return Array.from({ length: 64 }, (_, at) => {
    const now = new Date(Date.now() - at * 1000);
    const head = { method: "GET", target, headers: [["host", "127.0.0.1"]] as const };
    const signer = {
      ...clients.credentials,
      region: clients.place.region,
      service: "s3",
      now,
      pathStyle: "s3",
    } as const;
    return { head: signRequest(head, signer, "UNSIGNED-PAYLOAD").head, now };
  });
}

function verified(signed: { head: HttpRequestHead; now: Date } | undefined): void {
  if (signed === undefined) throw new Error("there is no such request");
  const claim = readClaim(signed.head);
  if ("refused" in claim) throw new Error(claim.message);
  const options = { now: signed.now, region: clients.place.region, service: "s3", pathStyle: "s3" } as const;
  const verdict = verifyClaim(signed.head, claim, clients.credentials.secretAccessKey, options);
  if ("refused" in verdict) throw new Error(verdict.message);
}

function decided(at: number): void {
  role.demand(readOf("Busy", attachedPolicies - 1 - (at % 8), `${at % 8}.csv`));
}
