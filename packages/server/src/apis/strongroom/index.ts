/**
 * Strongroom's own few operations, which AWS has no API for: verify the trail, explain a request, reproduce a training job, read
 * what a model follows from, sign in and out, end sessions.
 *
 * Gaps: models other than training jobs' own have no provenance here.
 *
 * By design: reproducing a job takes the rights to create the new one. SignIn and ContinueSignIn take no
 * signature; whoever signs in must have a second factor, or make one, unless UpdateSignInSettings said otherwise.
 *
 * Client quirks: none; its client is packages/admin-api.
 */
import { adminOperations, adminService } from "@strongroom/admin-api";
import { service } from "@strongroom/wire";
import type { Access } from "../../access/index.ts";
import type { S3 } from "../../artifacts/index.ts";
import type { Trail } from "../../audit/index.ts";
import type { Jobs, TrainingJob } from "../../compute/index.ts";
import type { Reproductions } from "../../reproduction/index.ts";
import type { ServerService } from "../operation.ts";
import { describeProvenance } from "./describe-provenance.ts";
import { describeReproduction } from "./describe-reproduction.ts";
import { explainRequest } from "./explain-request.ts";
import { listRefusals } from "./list-refusals.ts";
import { reproduceTrainingJob } from "./reproduce-training-job.ts";
import { revokeSessions } from "./revoke-sessions.ts";
import { scrubStorage } from "./scrub-storage.ts";
import { continueSignIn } from "./sign-in/continue-sign-in.ts";
import { describeSignInSettings } from "./sign-in/describe-sign-in-settings.ts";
import { signIn } from "./sign-in/sign-in.ts";
import { signOut } from "./sign-in/sign-out.ts";
import { unlockUser } from "./sign-in/unlock-user.ts";
import { updateSignInSettings } from "./sign-in/update-sign-in-settings.ts";
import { verifyAudit } from "./verify-audit.ts";

export const strongroom = (faces: {
  readonly trail: Pick<Trail, "verify" | "findRequest" | "lookup" | "record">;
  readonly access: Pick<Access, "people" | "users" | "roles" | "sessions">;
  readonly jobs: Pick<Jobs, "get" | "list" | "permissionsFor">;
  readonly reproductions: Reproductions<TrainingJob>;
  readonly s3: Pick<S3, "scrub">;
}): ServerService =>
  service(adminService, adminOperations, [
    verifyAudit(faces.trail),
    explainRequest(faces.trail),
    listRefusals(faces.trail),
    reproduceTrainingJob(faces.reproductions, faces.jobs),
    describeReproduction(faces.reproductions),
    describeProvenance(faces.jobs),
    revokeSessions(faces.access),
    scrubStorage(faces.s3),
    signIn(faces.access, faces.trail),
    continueSignIn(faces.access, faces.trail),
    signOut(faces.access),
    unlockUser(faces.access),
    describeSignInSettings(faces.access),
    updateSignInSettings(faces.access),
  ]);
