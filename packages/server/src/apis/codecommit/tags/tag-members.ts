import {
  InvalidResourceArnException,
  InvalidSystemTagUsageException,
  TooManyTagsException,
} from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import { repositoryTagsMax, type Repositories } from "../../../artifacts/index.ts";
import { reservedTagKey } from "../../reserved-tag-key.ts";
import { noSuchRepository } from "../repository-answer.ts";

export const resourceArn = text({ min: 1, max: 256 });
export const tagKey = text({ min: 1, max: 128 });
export const tagValue = text({ max: 256 });

/** The repository behind an ARN. Throws InvalidResourceArnException where it is not one of a repository here. */
export function repositoryNamed(repositories: Pick<Repositories, "arnOf">, arn: string): string {
  const name = arn.slice(arn.lastIndexOf(":") + 1);
  if (repositories.arnOf(name) === arn) return name;
  throw new InvalidResourceArnException({ message: `${arn} is not the ARN of a repository`, $metadata: {} });
}

/** Throws the exception for whatever kept the tags from being changed. */
export function demandChanged(
  outcome: { readonly kind: "tagged" | "untagged" | "no-such-repository" | "too-many-tags" },
  name: string,
): void {
  if (outcome.kind === "no-such-repository") throw noSuchRepository(name);
  if (outcome.kind !== "too-many-tags") return;
  const message = `A repository has at most ${repositoryTagsMax} tags.`;
  throw new TooManyTagsException({ message, $metadata: {} });
}

/** Keys that begin with aws: are AWS's own. */
export function demandOwnKeys(keys: readonly string[]): void {
  const reserved = reservedTagKey(keys);
  if (reserved === undefined) return;
  throw new InvalidSystemTagUsageException({ message: `The tag key ${reserved} is reserved`, $metadata: {} });
}

/** The condition keys of the tags that a request brings. */
export function tagContext(tags: Readonly<Record<string, string>>): Record<string, string | readonly string[]> {
  const requested = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return { "aws:TagKeys": Object.keys(tags), ...Object.fromEntries(requested) };
}
