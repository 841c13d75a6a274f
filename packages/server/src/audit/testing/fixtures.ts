import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageSeries } from "@strongroom/envelope";
import { systemClock } from "../../platform/index.ts";
import {
  openTrail,
  type Anchor,
  type Head,
  type Sealer,
  type Trail,
  type TrailEvent,
  type TrailSettings,
} from "../index.ts";

/** What the audit tests share: a trail in a temporary folder, and events to record. */
export function sealerOf(key: Uint8Array): Sealer {
  return new MessageSeries(key);
}

export const testSealer = sealerOf(Buffer.alloc(32, 7));

export interface MemoryAnchor extends Anchor {
  head: Head | undefined;
}

export function memoryAnchor(head?: Head): MemoryAnchor {
  return {
    head,
    read() {
      return this.head;
    },
    write({ n, hash }) {
      this.head = { n, hash };
    },
  };
}

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "strongroom-audit-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function trailSettings(folder: string, anchor: Anchor): TrailSettings {
  return {
    folder,
    sealer: testSealer,
    anchor,
    clock: systemClock,
    region: "us-east-1",
    accountId: "111122223333",
    onBroken: () => undefined,
  };
}

export async function opened(settings: TrailSettings): Promise<Trail> {
  const outcome = await openTrail(settings);
  if (outcome.kind !== "open") throw new Error(outcome.problem);
  return outcome.trail;
}

export function event(id: number, changes: Partial<TrailEvent> = {}): TrailEvent {
  return {
    eventTime: "2026-03-01T12:00:00Z",
    eventSource: "sagemaker.amazonaws.com",
    eventName: "CreateTrainingJob",
    userIdentity: { type: "IAMUser", userName: "ann", accessKeyId: "AKIAEXAMPLE000000000" },
    sourceIPAddress: "127.0.0.1",
    userAgent: "test",
    requestID: `request-${id}`,
    eventID: `event-${id}`,
    requestParameters: { trainingJobName: `job-${id}` },
    readOnly: false,
    awsRegion: "us-east-1",
    recipientAccountId: "111122223333",
    phase: "outcome",
    ...changes,
  };
}
