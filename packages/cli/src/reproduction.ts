import { setTimeout as sleep } from "node:timers/promises";
import { AdminClient, DescribeReproductionCommand, ReproduceTrainingJobCommand } from "@strongroom/admin-api";
import type { Clients } from "./clients.ts";
import { Failure } from "./outcome.ts";

const pollMs = 150;
const timeoutMs = 3_600_000;

export interface Reproduction {
  readonly identical: boolean;
  /** Both digests and the name of the new job, for people. */
  readonly sentence: string;
  readonly job: string;
  readonly sourceSha256: string;
  readonly reproducedSha256: string;
}

/** Trains again from the record of a training job and compares the bytes of the models. Throws Failure where it cannot. */
export async function reproduce(clients: Clients, trainingJob: string): Promise<Reproduction> {
  const admin = new AdminClient(clients.adminSettings());
  const { ReproductionJobName } = await admin.send(new ReproduceTrainingJobCommand({ TrainingJobName: trainingJob }));
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = await admin.send(new DescribeReproductionCommand({ ReproductionJobName }));
    const job = ReproductionJobName ?? "";
    if (state.Status === "Completed") {
      const sourceSha256 = state.SourceModelSha256 ?? "";
      const reproducedSha256 = state.ReproducedModelSha256 ?? "";
      const identical = state.Identical === true;
      const sentence = identical
        ? `${job}: model.tar.gz is identical to that of ${trainingJob}, sha256 ${sourceSha256}`
        : `${job}: model.tar.gz differs from that of ${trainingJob}: sha256 ${reproducedSha256}, not ${sourceSha256}`;
      return { identical, sentence, job, sourceSha256, reproducedSha256 };
    }
    if (state.Status === "Failed" || state.Status === "Stopped")
      throw new Failure(`${job}: ${state.FailureReason ?? state.Status}`);
    if (Date.now() > deadline) throw new Failure(`${job} does not end`);
    await sleep(pollMs);
  }
}
