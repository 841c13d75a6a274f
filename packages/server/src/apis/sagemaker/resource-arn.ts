import type { Permission } from "../../access/index.ts";

/** The kinds of resources as they stand in SageMaker's ARNs. */
export type ResourceKind =
  | "training-job"
  | "processing-job"
  | "model"
  | "endpoint-config"
  | "endpoint"
  | "experiment"
  | "experiment-trial"
  | "experiment-trial-component";

export interface Realm {
  readonly region: string;
  readonly accountId: string;
}

export function arnOf({ region, accountId }: Realm, kind: ResourceKind, name: string): string {
  return `arn:aws:sagemaker:${region}:${accountId}:${kind}/${name}`;
}

/** One action on one resource, without condition keys of its own. */
export function on(action: string, realm: Realm, kind: ResourceKind, name: string): Permission[] {
  return [{ action: `sagemaker:${action}`, resource: arnOf(realm, kind, name) }];
}

/** Lists and searches are not about one resource. */
export function onAll(action: string): Permission[] {
  return [{ action: `sagemaker:${action}`, resource: "*" }];
}

/** Time members are seconds on the wire. */
export function time(epochMs: number): Date {
  return new Date(epochMs);
}
