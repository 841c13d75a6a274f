import type { OrganizationKeys } from "./organization.ts";

/** Whose VPC endpoints these are. */
export interface EndpointOwner {
  readonly accountId: string;
  readonly region: string;
  /** Undefined where the account is in none. */
  readonly organization: OrganizationKeys | undefined;
}

/**
 * Condition keys of the endpoint and the VPC that a request came through, by their names in lower case.
 * ① Like aws:SourceVpc they are there for requests that came in on a socket inside a VPC, and for no other.
 */
export function endpointKey(key: string, vpcId: string | undefined, owner: EndpointOwner): string[] | undefined {
  if (vpcId === undefined) return undefined;
  const { accountId, region, organization } = owner;
  switch (key) {
    case "aws:sourcevpcarn":
      return [`arn:aws:ec2:${region}:${accountId}:vpc/${vpcId}`];
    case "aws:vpceaccount":
      return [accountId];
    case "aws:vpceorgid":
      return organization && [organization.id];
    case "aws:vpceorgpaths":
      return organization && [organization.path];
    default:
      return undefined;
  }
}
