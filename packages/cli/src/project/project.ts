import type { Clients } from "../clients.ts";
import { projectAdministratorPolicy } from "./administrator-policy.ts";
import { executionBoundary } from "./boundary.ts";
import { ensureDetectiveRules } from "./detective-rules.ts";
import { ensureGuardrails, guardrailsName } from "./guardrails.ts";
import type { ProjectNames } from "./names.ts";
import { ensureNetwork, refuseAmbiguousName, type ProjectNetwork } from "./network.ts";
import { trustOfJobs, trustOfPeople, trustOfPeopleAndJobs } from "./resource-policies.ts";
import { dataScienceAdministratorPolicy, dataScientistPolicy, executionPolicy } from "./role-policies.ts";
import { ensureManagedPolicy, ensureRole, retireRole } from "./roles.ts";
import { projectTag, roleArn, type ProjectPlace } from "./statements.ts";
import { ensureBuckets, ensureKey, ensureRepository } from "./stores.ts";

export interface Project {
  readonly names: ProjectNames;
  readonly network: ProjectNetwork;
  readonly keyArn: string;
  readonly repositoryArn: string;
  readonly roleArns: {
    readonly administrator: string;
    readonly dataScienceAdministrator: string;
    readonly dataScientist: string;
    readonly execution: string;
  };
}

/**
 * Makes a project: guardrails above everybody, network and endpoints, key, buckets, boundaries, four
 * roles, repository, and rules that stop what came past the guardrails. Run again, it makes what is
 * missing and sets the policies anew; data is not touched.
 */
export async function ensureProject(
  clients: Clients,
  names: ProjectNames,
  onProgress: (made: string) => void,
): Promise<Project> {
  const { accountId, region } = clients.server;
  await refuseAmbiguousName(clients.ec2(), names);
  const network = await ensureNetwork(clients.ec2(), region, names);
  onProgress(
    `network ${network.vpcId} with ${Object.keys(network.endpoints).length} endpoints and no way to the internet`,
  );
  const keyArn = await ensureKey(clients, names, network);
  onProgress(`key ${keyArn}`);
  await ensureBuckets(clients, names, keyArn, network);
  onProgress(`buckets ${names.intakeBucket}, ${names.dataBucket}, ${names.artifactsBucket}`);
  const place: ProjectPlace = { accountId, region, names, network, keyArn };
  const roleArns = await ensureRoles(clients, place, onProgress);
  const repositoryArn = await ensureRepository(clients, names);
  onProgress(`repository ${repositoryArn}`);
  const rules = await ensureDetectiveRules(
    { iam: clients.iam(), events: clients.events() },
    { accountId, region, names },
  );
  onProgress(`rules ${rules.join(", ")}`);
  // ② last: what the guardrails ask for is there by now.
  const policyId = await ensureGuardrails(clients.organizations());
  onProgress(`guardrails ${guardrailsName} (${policyId}) above everybody of the account`);
  return { names, network, keyArn, repositoryArn, roleArns };
}

async function ensureRoles(
  clients: Clients,
  place: ProjectPlace,
  onProgress: (made: string) => void,
): Promise<Project["roleArns"]> {
  const { names } = place;
  const iam = clients.iam();
  const policyArn = (name: string) => `arn:aws:iam::${place.accountId}:policy/${name}`;
  const managed = async (name: string, document: string) => {
    await ensureManagedPolicy(iam, { arn: policyArn(name), name, document });
    return policyArn(name);
  };
  const jobBoundary = await managed(names.executionBoundary, executionBoundary(place));
  const administration = projectAdministratorPolicy(place, jobBoundary);
  const administratorBoundary = await managed(names.administratorBoundary, administration);
  onProgress(`boundaries ${names.executionBoundary}, ${names.administratorBoundary}`);
  const role = async (name: string, trust: string, policy: string, boundaryArn?: string) => {
    const tags = [{ Key: projectTag, Value: names.project }];
    await ensureRole(iam, { name, trust, policy, boundaryArn, tags });
    return roleArn(place, name);
  };
  const roleArns = {
    administrator: await role(names.administratorRole, trustOfPeople(place), administration, administratorBoundary),
    dataScienceAdministrator: await role(
      names.dataScienceAdministratorRole,
      trustOfPeopleAndJobs(place),
      dataScienceAdministratorPolicy(place),
    ),
    dataScientist: await role(names.dataScientistRole, trustOfPeopleAndJobs(place), dataScientistPolicy(place)),
    execution: await role(names.executionRole, trustOfJobs(), executionPolicy(place), jobBoundary),
  };
  onProgress(
    `roles ${Object.values(roleArns)
      .map((arn) => arn.slice(arn.indexOf("/") + 1))
      .join(", ")}`,
  );
  if (await retireRole(iam, names.retiredRole)) {
    onProgress(`the role ${names.retiredRole} is gone: it is ${names.dataScienceAdministratorRole} now`);
  }
  return roleArns;
}
