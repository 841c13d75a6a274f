import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { newRole, startHouse, type Clients } from "@strongroom/testkit";
import { Connection } from "./connection.ts";
import { mutations } from "./mutate.ts";
import { Random } from "./random.ts";
import { fingerprint, forms, signedRequest, type Signing } from "./signed-request.ts";

const bucket = "guarded";
const connectionsAtOnce = 8;
/** Requests are signed anew so often, well within the window of their date. */
const sameSignature = 500;

export interface Campaign {
  readonly requests: number;
  /** How many requests each mutation made. */
  readonly byMutation: ReadonlyMap<string, number>;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Requests that were answered though they were changed, in words. */
  readonly accepted: readonly string[];
  /** Untouched requests in between; every one of them has to be answered. */
  readonly untouched: { readonly sent: number; readonly answered: number };
  /** Keys that changed requests left behind. */
  readonly strays: readonly string[];
}

/**
 * Sends signed requests that were changed in one place to a house of its own, over TLS on loopback,
 * and untouched ones in between. The same seed makes the same changes.
 */
export async function mutateRequests(
  requests: number,
  seed: number,
  progress: (sent: number) => void = () => undefined,
): Promise<Campaign> {
  await using house = await startHouse();
  await house.clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "kept", Body: "kept" }));
  const allowed = [{ Effect: "Allow", Action: "*", Resource: "*" }] as const;
  using mine = await (await newRole(house.clients, "signer", allowed)).assume();
  using theirs = await (await newRole(house.clients, "other-signer", allowed)).assume();
  const signing = (session: Clients): Signing => ({
    place: house.place,
    credentials: house.clients.credentials,
    session: session.credentials,
    bucket,
  });
  const tally = new Tally(requests, seed, signing(mine), signing(theirs), progress);
  const workers = Array.from({ length: connectionsAtOnce }, async () => {
    using connection = new Connection(house.place);
    while (await tally.next(connection));
  });
  await Promise.all(workers);
  const { Contents = [] } = await house.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  const strays = Contents.flatMap(({ Key = "" }) => (Key === "kept" || Key === "mutated/object" ? [] : [Key]));
  return { ...tally.result(), strays };
}

class Tally {
  readonly #requests: number;
  readonly #random: Random;
  readonly #mine: Signing;
  readonly #theirs: Signing;
  readonly #progress: (sent: number) => void;
  readonly #byMutation = new Map<string, number>();
  readonly #byStatus = new Map<number, number>();
  readonly #accepted: string[] = [];
  readonly #untouched = { sent: 0, answered: 0 };
  #sent = 0;
  #signed: ReturnType<typeof sign> = [];

  constructor(requests: number, seed: number, mine: Signing, theirs: Signing, progress: (sent: number) => void) {
    this.#requests = requests;
    this.#random = new Random(seed);
    this.#mine = mine;
    this.#theirs = theirs;
    this.#progress = progress;
  }

  /** Sends one more request; false where all were sent. */
  async next(connection: Connection): Promise<boolean> {
    if (this.#sent >= this.#requests) return false;
    if (this.#sent % sameSignature === 0 || this.#signed.length === 0) this.#signed = sign(this.#mine, this.#theirs);
    const { mine, theirs } = this.#random.pick(this.#signed);
    const other = this.#random.pick(this.#signed).theirs;
    const name = this.#random.pick(Object.keys(mutations));
    const changed = mutations[name]?.(mine, this.#random, this.#random.below(2) === 0 ? theirs : other);
    // Some changes do not fit a form, some hit upon the same bytes: neither is a request to count.
    if (changed === undefined || fingerprint(changed) === fingerprint(mine)) return true;
    if (fingerprint(changed) === fingerprint(theirs)) return true;
    this.#sent += 1;
    const isControl = this.#sent % 50 === 0;
    if (this.#sent % 1000 === 0) this.#progress(this.#sent);
    const status = await connection.status(changed);
    this.#byMutation.set(name, (this.#byMutation.get(name) ?? 0) + 1);
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    if (status >= 100 && status < 400) {
      const { method, target, headers } = changed.head;
      this.#accepted.push(`${status} to ${name} of "${mine.form}": ${method} ${target} ${JSON.stringify(headers)}`);
    }
    if (isControl) {
      this.#untouched.sent += 1;
      const answered = await connection.status(mine);
      if (answered >= 200 && answered < 300) this.#untouched.answered += 1;
    }
    return true;
  }

  result(): Omit<Campaign, "strays"> {
    return {
      requests: this.#sent,
      byMutation: this.#byMutation,
      byStatus: this.#byStatus,
      accepted: this.#accepted,
      untouched: this.#untouched,
    };
  }
}

function sign(mine: Signing, theirs: Signing) {
  return forms.map((form) => ({ mine: signedRequest(form, mine), theirs: signedRequest(form, theirs) }));
}
