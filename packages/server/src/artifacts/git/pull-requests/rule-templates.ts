import { uuid } from "../../../platform/index.ts";
import type { Clock } from "../../../platform/index.ts";
import type { NoSuchRepository } from "../opened-repository.ts";
import type { RepositoryStore } from "../repository-store.ts";
import type { ApprovalStore } from "./approval-store.ts";
import type { EventStore } from "./event-store.ts";
import type { PullRequest } from "./pull-request-store.ts";
import { digestOf, readRule } from "./rule-content.ts";
import type { RuleTemplate, RuleTemplateStore } from "./rule-template-store.ts";

const templatesMax = 1000;
const perRepositoryMax = 25;

type NoSuchTemplate = { readonly kind: "no-such-template" };
type InvalidContent = { readonly kind: "invalid-template"; readonly why: string };
type Told = { readonly kind: "template"; readonly template: RuleTemplate };

interface TemplateMeans {
  readonly templates: RuleTemplateStore;
  readonly approvals: ApprovalStore;
  readonly events: EventStore;
  readonly repositories: RepositoryStore;
  readonly clock: Clock;
}

/** Rules that every new pull request of a repository gets. What a template becomes later changes no rule made from it. */
export class RuleTemplates {
  readonly #means: TemplateMeans;

  constructor(means: TemplateMeans) {
    this.#means = means;
  }

  create(
    name: string,
    description: string | undefined,
    content: string,
    actor: string,
  ): Told | InvalidContent | { readonly kind: "template-exists" | "too-many-templates" } {
    const { templates, clock } = this.#means;
    const read = readRule(content, "template");
    if (typeof read === "string") return { kind: "invalid-template", why: read };
    if (templates.find(name) !== undefined) return { kind: "template-exists" };
    if (templates.count() >= templatesMax) return { kind: "too-many-templates" };
    const now = clock.now();
    const facts = { id: uuid(), name, description, content, digest: digestOf(content) };
    const template = { ...facts, createdAt: now, modifiedAt: now, modifiedBy: actor };
    templates.insert(template);
    return { kind: "template", template };
  }

  get(name: string): Told | NoSuchTemplate {
    const template = this.#means.templates.find(name);
    return template === undefined ? { kind: "no-such-template" } : { kind: "template", template };
  }

  /** `expected` is the digest of the content that is to be replaced, where the caller gives one. */
  setContent(
    name: string,
    content: string,
    expected: string | undefined,
    actor: string,
  ): Told | NoSuchTemplate | InvalidContent | { readonly kind: "wrong-digest" } {
    const found = this.get(name);
    if (found.kind !== "template") return found;
    const read = readRule(content, "template");
    if (typeof read === "string") return { kind: "invalid-template", why: read };
    if (expected !== undefined && expected !== found.template.digest) return { kind: "wrong-digest" };
    return this.#changed(found.template, { content, digest: digestOf(content) }, actor);
  }

  setDescription(name: string, description: string, actor: string): Told | NoSuchTemplate {
    const found = this.get(name);
    return found.kind === "template" ? this.#changed(found.template, { description }, actor) : found;
  }

  rename(name: string, to: string, actor: string): Told | NoSuchTemplate | { readonly kind: "template-exists" } {
    const found = this.get(name);
    if (found.kind !== "template") return found;
    if (to !== name && this.#means.templates.find(to) !== undefined) return { kind: "template-exists" };
    return this.#changed(found.template, { name: to }, actor);
  }

  /** Deleting what is not there succeeds and tells no id. */
  delete(name: string): { readonly kind: "deleted"; readonly id?: string } | { readonly kind: "template-in-use" } {
    const { templates } = this.#means;
    const template = templates.find(name);
    if (template === undefined) return { kind: "deleted" };
    if (templates.users(template.id, "", 1).length > 0) return { kind: "template-in-use" };
    templates.delete(template.id);
    return { kind: "deleted", id: template.id };
  }

  list(after: string, max: number): { readonly names: readonly string[]; readonly hasMore: boolean } {
    return page(this.#means.templates.names(after, max + 1), max);
  }

  users(
    name: string,
    after: string,
    max: number,
  ): { readonly kind: "users"; readonly names: readonly string[]; readonly hasMore: boolean } | NoSuchTemplate {
    const template = this.#means.templates.find(name);
    if (template === undefined) return { kind: "no-such-template" };
    return { kind: "users", ...page(this.#means.templates.users(template.id, after, max + 1), max) };
  }

  /** The names of a repository's templates. */
  of(repository: string): { readonly kind: "templates"; readonly names: readonly string[] } | NoSuchRepository {
    const found = this.#means.repositories.find(repository);
    if (found === undefined) return { kind: "no-such-repository" };
    return { kind: "templates", names: this.#means.templates.of(found.id).map(({ name }) => name) };
  }

  associate(
    name: string,
    repository: string,
  ): { readonly kind: "associated" | "too-many-of-repository" } | NoSuchTemplate | NoSuchRepository {
    const { templates, repositories } = this.#means;
    const template = templates.find(name);
    if (template === undefined) return { kind: "no-such-template" };
    const found = repositories.find(repository);
    if (found === undefined) return { kind: "no-such-repository" };
    const there = templates.of(found.id);
    const isNew = there.every(({ id }) => id !== template.id);
    if (isNew && there.length >= perRepositoryMax) return { kind: "too-many-of-repository" };
    templates.associate(template.id, found.id);
    return { kind: "associated" };
  }

  /** Rules that were made from the template stay. */
  disassociate(
    name: string,
    repository: string,
  ): { readonly kind: "disassociated" } | NoSuchTemplate | NoSuchRepository {
    const { templates, repositories } = this.#means;
    const template = templates.find(name);
    if (template === undefined) return { kind: "no-such-template" };
    const found = repositories.find(repository);
    if (found === undefined) return { kind: "no-such-repository" };
    templates.disassociate(template.id, found.id);
    return { kind: "disassociated" };
  }

  /** Makes the rules of a new pull request. */
  apply(one: PullRequest): void {
    const { templates, approvals, events, clock } = this.#means;
    const now = clock.now();
    for (const { id, name, content, digest, modifiedBy } of templates.of(one.repositoryId)) {
      const read = readRule(content, "template");
      const destinations = typeof read === "string" ? [] : read.destinations;
      if (destinations.length > 0 && !destinations.includes(`refs/heads/${one.destination}`)) continue;
      const facts = { id: uuid(), name, content };
      const made = { createdAt: now, modifiedAt: now, modifiedBy };
      approvals.insertRule(one.id, { ...facts, digest, template: { id, name }, ...made });
      events.insert(one.id, { type: "PULL_REQUEST_APPROVAL_RULE_CREATED", rule: facts }, one.author.arn, now);
    }
  }

  #changed(
    before: RuleTemplate,
    change: Partial<Pick<RuleTemplate, "name" | "content" | "digest" | "description">>,
    actor: string,
  ): Told {
    const { templates, clock } = this.#means;
    const template = { ...before, ...change, modifiedAt: clock.now(), modifiedBy: actor };
    templates.update(template);
    return { kind: "template", template };
  }
}

const page = (names: readonly string[], max: number) => ({ names: names.slice(0, max), hasMore: names.length > max });
