import type { AwsError } from "@strongroom/wire";
import type { DecisionLog, Principal } from "../access/index.ts";
import type { PushedChange } from "../artifacts/index.ts";
import type { TrailEvent } from "../audit/index.ts";
import { uuid } from "../platform/index.ts";
import type { Arrival, Gate } from "./gate.ts";
import { decidedOf } from "./record.ts";
import { identityOf } from "./user-identity.ts";

interface Recorded {
  readonly requestId: string;
  readonly eventName: "GitPush" | "GitPull";
  /** What is behind `/v1/repos/`. */
  readonly target: { readonly repository: string; readonly path: string };
  readonly signedIn: { readonly principal: Principal | undefined; readonly accessKeyId: string } | undefined;
  readonly decisions: DecisionLog;
  /** Whether it can change something. */
  readonly changes: boolean;
}

/** The trail's records of one request of git, with the references of a push, named as CloudTrail names them. */
export class GitRecord {
  readonly #gate: Gate;
  readonly #arrival: Arrival;
  readonly #recorded: Recorded;
  #asked: readonly PushedChange[] = [];
  #moved: readonly PushedChange[] = [];

  constructor(gate: Gate, arrival: Arrival, recorded: Recorded) {
    this.#gate = gate;
    this.#arrival = arrival;
    this.#recorded = recorded;
  }

  /** A push has said which references it would change. */
  asked(changes: readonly PushedChange[]): void {
    this.#asked = changes;
  }

  /** A push has moved these. */
  moved(changes: readonly PushedChange[]): void {
    this.#moved = changes;
  }

  /** The references that a push would have changed and did not. */
  get unmoved(): readonly string[] {
    const moved = new Set(this.#moved.map(({ reference }) => reference));
    return this.#asked.map(({ reference }) => reference).filter((reference) => !moved.has(reference));
  }

  async intent(): Promise<void> {
    await this.#gate.trail.record(...this.#pieces().map((asked) => this.#event(asked, { phase: "intent" })));
  }

  async outcome(error?: Pick<AwsError, "code" | "message">): Promise<void> {
    const wrong = error === undefined ? {} : { errorCode: error.code, errorMessage: error.message };
    const moved = new Map(this.#moved.map((change) => [change.reference, change]));
    const events = this.#pieces().map((asked) => {
      const references = asked.flatMap(({ reference }) => moved.get(reference) ?? []).map(named);
      const responseElements = references.length === 0 ? {} : { responseElements: { references } };
      return this.#event(asked, {
        ...wrong,
        ...responseElements,
        ...decidedOf(this.#recorded.decisions),
        phase: "outcome",
      });
    });
    await this.#gate.trail.record(...events);
  }

  /** ⑤ a record that is too long loses its parameters: the references of a large push stand in several. */
  #pieces(): readonly (readonly PushedChange[])[] {
    const pieces: PushedChange[][] = [[]];
    let bytes = 0;
    for (const change of this.#asked) {
      const takes = JSON.stringify(named(change)).length * utf8BytesMax;
      if (bytes > 0 && bytes + takes > referencesBytesMax) {
        pieces.push([]);
        bytes = 0;
      }
      bytes += takes;
      pieces.at(-1)?.push(change);
    }
    return pieces;
  }

  #event(asked: readonly PushedChange[], more: Partial<TrailEvent> & Pick<TrailEvent, "phase">): TrailEvent {
    const { requestId, eventName, target, signedIn, changes } = this.#recorded;
    const { place } = this.#gate;
    const { origin, head } = this.#arrival;
    const references = asked.length === 0 ? {} : { references: asked.map(named) };
    return {
      eventTime: place.clock.now().toISOString(),
      eventSource: "codecommit.amazonaws.com",
      eventName,
      userIdentity: identityOf(signedIn?.principal, signedIn?.accessKeyId),
      sourceIPAddress: origin.kind === "host" ? origin.sourceIp : origin.vpcSourceIp,
      userAgent: head.headers.find(([name]) => name === "user-agent")?.[1],
      requestID: requestId,
      eventID: uuid(),
      requestParameters: { repositoryName: target.repository, path: target.path, ...references },
      readOnly: !changes,
      ...(origin.kind === "vpc" ? { vpcEndpointId: origin.vpceId } : {}),
      awsRegion: place.region,
      recipientAccountId: place.accountId,
      ...more,
    };
  }
}

/** Of one record: with what moved of them, half of what a record may take. */
const referencesBytesMax = 64 * 1024;
/** Of one unit of a string. */
const utf8BytesMax = 3;

/** A reference that is deleted leads to an object of zeros. */
const named = ({ reference: ref, objectId: commit }: PushedChange) => ({ commit, ref });
