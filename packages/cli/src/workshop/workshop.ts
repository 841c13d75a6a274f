import { randomBytes } from "node:crypto";
import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clients } from "../clients.ts";
import type { EnvironmentPaths } from "../environment.ts";
import { Failure } from "../outcome.ts";
import { present } from "../present.ts";
import { namesOf } from "../project/names.ts";
import { ensureProject, type Project } from "../project/project.ts";
import { reproduce } from "../reproduction.ts";
import { deliverRawData, disableTheKey, withOneByteChanged } from "./host-steps.ts";
import { runLab } from "./lab-run.ts";
import type { Report } from "./report.ts";

export const workshopSteps = 10;
const projectName = "credit";

/**
 * The ten steps. The administrator's run here, on the host; the data scientist's and the data-science
 * administrator's run inside the project's network. Throws at the first step that does not hold.
 */
export async function takeSteps(
  clients: Clients,
  paths: EnvironmentPaths,
  report: Report,
  table: { readonly name: string; readonly content: Uint8Array },
): Promise<void> {
  const run = `run-${randomBytes(3).toString("hex")}`;
  const project = await start(clients, report, run, table);
  const lab = { run, rawUri: `s3://${project.names.intakeBucket}/${run}/` };
  const scientist = await runLab(clients, project, report, {
    ...lab,
    jobName: `${projectName}-${run}-data-scientist`,
    script: "/opt/strongroom/labs/data-scientist.ts",
    roleArn: project.roleArns.dataScientist,
    environment: {},
  });
  const trainingJob = present(scientist["trainingJob"], "the training job's name");
  await runLab(clients, project, report, {
    run,
    jobName: `${projectName}-${run}-deployment`,
    script: "/opt/strongroom/labs/data-science-administrator.ts",
    roleArn: project.roleArns.dataScienceAdministrator,
    environment: {
      LAB_MODEL: present(scientist["model"], "the model's address"),
      LAB_BATCH_AUC: present(scientist["batchAuc"], "the batch AUC"),
    },
  });
  await hostStep(report, 8, "A disabled key stops the job that needs it", () =>
    disableTheKey(clients, project, report, trainingJob),
  );
  await hostStep(report, 9, "One changed byte of the audit trail is found", () => auditStep(clients, paths, report));
  await hostStep(report, 10, "The training job reproduced, byte for byte", () =>
    reproductionStep(clients, report, trainingJob),
  );
}

async function hostStep(report: Report, step: number, title: string, body: () => Promise<void>): Promise<void> {
  report.begin(step, title);
  await body();
  report.held();
}

async function start(
  clients: Clients,
  report: Report,
  run: string,
  table: { readonly name: string; readonly content: Uint8Array },
): Promise<Project> {
  report.begin(1, "A secured environment, and a project in it");
  const names = namesOf(projectName);
  if ("problem" in names) throw new Failure(names.problem);
  const caller = await clients.sts().send(new GetCallerIdentityCommand({}));
  report.say(`${clients.server.endpoint} answers ${caller.Arn ?? ""}`);
  const project = await ensureProject(clients, names, (line) => report.say(line));
  report.prove(
    1,
    "a network without a way to the internet, an endpoint for each service",
    `${project.network.vpcId}, ${project.network.endpoints["s3"] ?? ""}`,
  );
  report.prove(
    2,
    "every request is signed and authorised; a role for each task, guardrails above all of them",
    `${caller.Arn ?? ""}; ${Object.values(project.roleArns).join(", ")}`,
  );
  report.prove(
    3,
    "versioned buckets and a Git repository",
    `${names.dataBucket}, ${names.artifactsBucket}; ${project.repositoryArn}`,
  );
  await deliverRawData(clients, project, report, `${run}/${table.name}`, table.content);
  report.held();
  return project;
}

async function auditStep(clients: Clients, paths: EnvironmentPaths, report: Report): Promise<void> {
  const admin = new AdminClient(clients.adminSettings());
  const before = await admin.send(new VerifyAuditCommand({}));
  if (before.Held !== true) throw new Failure(`the trail does not hold to begin with: ${before.Problem ?? ""}`);
  report.say(`${before.Records ?? 0} records hold, head ${before.HeadHash ?? ""}`);
  await withOneByteChanged(paths.dataDir, async (file, offset) => {
    const broken = await admin.send(new VerifyAuditCommand({}));
    if (broken.Held !== false) throw new Failure(`the changed byte ${offset} of ${file} was not found`);
    const found = `${broken.Segment ?? ""}, record ${broken.Record ?? "?"}: ${broken.Problem ?? ""}`;
    report.say(`byte ${offset} changed  →  ${found}`);
    report.prove(5, "one changed byte of the audit trail is found", found);
  });
  const after = await admin.send(new VerifyAuditCommand({}));
  if (after.Held !== true) throw new Failure(`with the byte put back the trail does not hold: ${after.Problem ?? ""}`);
  report.prove(5, "the whole trail holds", `${after.Records ?? 0} records, head ${after.HeadHash ?? ""}`);
}

async function reproductionStep(clients: Clients, report: Report, trainingJob: string): Promise<void> {
  const result = await reproduce(clients, trainingJob);
  if (!result.identical) throw new Failure(result.sentence);
  report.say(result.sentence);
  report.prove(8, "trained again from its record, the model is the same bytes", result.sentence);
}
