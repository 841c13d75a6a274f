import type { ContextLookup } from "@strongroom/iam";
import type { Origin, Permission, Principal } from "./authority.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { Tags } from "./identity.ts";
import type { OrganizationKeys } from "./organization.ts";
import { mfaAgeSeconds, principalKeys } from "./principal-keys.ts";
import type { Conditions } from "./resource-facts.ts";
import { endpointKey, type EndpointOwner } from "./endpoint-keys.ts";
import { belongsTo, isServiceOwnKey, transportKeys, type RequestFacts } from "./transport-keys.ts";

export interface Situation {
  readonly principal: Principal;
  readonly origin: Origin;
  readonly facts: RequestFacts;
  readonly region: string;
  /** Services that act for the principal, first caller first. */
  readonly calledVia: readonly string[];
  /** Where every decision is noted; undefined where nobody asks for it afterwards. */
  readonly decisions?: DecisionLog | undefined;
}

/** What is asked, and what the server looked up about it. */
interface Question {
  readonly permission: Permission;
  readonly principal: Principal;
  readonly principalTags: Tags;
  readonly resourceTags: Tags;
  /** Condition keys of the resource's own service, as its domain tells them. */
  readonly resourceConditions: Conditions;
  readonly resourceAccountId: string;
  /** Of the principal's account and the resource's; undefined where the account is in none. */
  readonly principalOrganization: OrganizationKeys | undefined;
  readonly resourceOrganization: OrganizationKeys | undefined;
  readonly endpointOwner: EndpointOwner;
  readonly now: Date;
}

/**
 * The condition keys of one request. ② The server's own keys come first and from the server alone:
 * what an operation or a header adds under such a name is never looked at.
 */
export function requestContext(situation: ReadonlyMap<string, readonly string[]>, question: Question): ContextLookup {
  let added: ReadonlyMap<string, readonly string[]> | undefined;
  let told: ReadonlyMap<string, readonly string[]> | undefined;
  return {
    get(key) {
      if (!isServersOwn(key)) {
        told ??= folded(Object.entries(question.resourceConditions));
        added ??= folded(Object.entries(question.permission.context ?? {}));
        // What an identity provider said of the requester stands above what belongs to the request.
        return situation.get(key) ?? told.get(key) ?? added.get(key);
      }
      if (isServiceOwnKey(key) && !belongsTo(key, question.permission.action)) return undefined;
      switch (key) {
        case "aws:currenttime":
          return [question.now.toISOString()];
        case "aws:epochtime":
          return [String(Math.floor(question.now.getTime() / 1000))];
        case "aws:multifactorauthage":
          return numberOf(mfaAgeSeconds(question.principal, question.now));
        case "s3:resourceaccount":
        case "aws:resourceaccount":
          return [question.resourceAccountId];
        case "aws:principalorgid":
          return idOf(question.principalOrganization);
        case "aws:principalorgpaths":
          return pathsOf(question.principalOrganization);
        case "aws:resourceorgid":
          return idOf(question.resourceOrganization);
        case "aws:resourceorgpaths":
          return pathsOf(question.resourceOrganization);
        default:
          return (
            tagValues(question.principalTags, "aws:principaltag/", key) ??
            tagValues(question.resourceTags, "aws:resourcetag/", key) ??
            endpointKey(key, situation.get("aws:sourcevpc")?.[0], question.endpointOwner) ??
            situation.get(key)
          );
      }
    },
  };
}

/** Keys that stay the same for an authority, by their names in lower case. */
export function situationKeys(situation: Situation): ReadonlyMap<string, readonly string[]> {
  const { principal, facts, calledVia, region } = situation;
  const last = calledVia.at(-1);
  const first = calledVia[0];
  return folded([
    ["aws:PrincipalIsAWSService", "false"],
    ["aws:RequestedRegion", region],
    ["aws:SecureTransport", String(facts.secureTransport)],
    ...(facts.userAgent === undefined ? [] : [["aws:UserAgent", facts.userAgent] as const]),
    ...principalKeys(principal),
    ...originKeys(situation.origin),
    ...transportKeys(facts, region),
    ["aws:ViaAWSService", String(calledVia.length > 0)],
    ["aws:CalledVia", calledVia.map(serviceName)],
    ...(first === undefined ? [] : [["aws:CalledViaFirst", serviceName(first)] as const]),
    ...(last === undefined
      ? []
      : [
          ["aws:CalledViaLast", serviceName(last)] as const,
          ["kms:ViaService", `${last}.${region}.amazonaws.com`] as const,
        ]),
  ]);
}

type Key = readonly [name: string, value: string | readonly string[]];

/** ① behind a VPC endpoint there is no aws:SourceIp, as with AWS. */
function originKeys(origin: Origin): readonly Key[] {
  if (origin.kind === "host") return [["aws:SourceIp", origin.sourceIp]];
  return [
    ["aws:SourceVpc", origin.vpcId],
    ["aws:SourceVpce", origin.vpceId],
    ["aws:VpcSourceIp", origin.vpcSourceIp],
  ];
}

/** Global keys belong to the server, but for those that tell what tags a request carries. */
function isServersOwn(key: string): boolean {
  if (isServiceOwnKey(key)) return true;
  return key.startsWith("aws:") && !key.startsWith("aws:requesttag/") && key !== "aws:tagkeys";
}

const numberOf = (value: number | undefined) => (value === undefined ? undefined : [String(value)]);
const idOf = (organization: OrganizationKeys | undefined) => organization && [organization.id];
const pathsOf = (organization: OrganizationKeys | undefined) => organization && [organization.path];

function serviceName(service: string): string {
  return `${service}.amazonaws.com`;
}

/** Tag keys are not case-sensitive in conditions: tags that differ only in that are two values of one key. */
function tagValues(tags: Tags, prefix: string, key: string): readonly string[] | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const name = key.slice(prefix.length);
  const values = Object.entries(tags).flatMap(([tag, value]) => (tag.toLowerCase() === name ? [value] : []));
  return values.length === 0 ? undefined : values;
}

function folded(entries: readonly Key[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of entries) {
    const list = typeof value === "string" ? [value] : value;
    const name = key.toLowerCase();
    // ② names that differ in case only are one key with several values: none of them hides another.
    if (list.length > 0) values.set(name, [...(values.get(name) ?? []), ...list]);
  }
  return values;
}
