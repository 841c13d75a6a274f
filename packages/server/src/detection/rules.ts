import { matchesPattern, patternFaultText, readPattern, type EventPattern } from "@strongroom/patterns";
import { knownAction, knownActionArns } from "./action.ts";
import type { BusEvent } from "./bus-event.ts";
import type { RuleStore } from "./rule-store.ts";
import {
  refused,
  ruleArn,
  type PutRule,
  type Refusal,
  type Rule,
  type RulePage,
  type Tags,
  type Target,
} from "./rule.ts";
import { inputFault } from "./target-input.ts";

/** AWS's quotas. */
const rulesMax = 300;
const targetsMax = 5;
const tagsMax = 50;
/** How many rules may act one upon another's action: without a bound, rules that set each other off would multiply. */
const chainMax = 3;

interface RulesParts {
  readonly store: RuleStore;
  readonly region: string;
  readonly accountId: string;
  /** The number of the trail's last record. */
  readonly trailLength: () => number;
}

type Changed = { readonly kind: "changed"; readonly rule: Rule } | Refusal;

/** The rules of the account. What was changed holds for the next event. */
export class Rules {
  readonly #parts: RulesParts;
  #enabled: { readonly rule: Rule; readonly pattern: EventPattern }[] | undefined;

  constructor(parts: RulesParts) {
    this.#parts = parts;
  }

  find(name: string): Rule | undefined {
    return this.#parts.store.get(name);
  }

  list(filter: { readonly after: string; readonly limit: number; has(rule: Rule): boolean }): RulePage {
    const found = this.#parts.store.all().filter((rule) => rule.name > filter.after && filter.has(rule));
    const rules = found.slice(0, filter.limit);
    return { rules, next: found.length > filter.limit ? rules.at(-1)?.name : undefined };
  }

  /** Makes a rule, or replaces its description, pattern and state; targets and tags stay. */
  put(request: PutRule): Changed {
    const read = readPattern(request.pattern);
    if (read.kind === "fault") return refused("invalid-pattern", `${patternFaultText(read)}.`);
    const { store } = this.#parts;
    const there = store.get(request.name);
    if (there === undefined && store.all().length >= rulesMax) {
      return refused("limit", `The requested resource exceeds the maximum number allowed: ${rulesMax} rules.`);
    }
    if (there !== undefined && request.tags !== undefined && !isSame(there.tags, request.tags)) {
      return refused("invalid", "Tags of a rule that exists are changed by TagResource and UntagResource.");
    }
    return this.#save({
      name: request.name,
      arn: ruleArn(this.#parts, request.name),
      description: request.description,
      pattern: request.pattern,
      isEnabled: request.isEnabled,
      sinceRecord: there?.isEnabled === true ? there.sinceRecord : this.#parts.trailLength(),
      targets: there?.targets ?? [],
      tags: there?.tags ?? request.tags ?? {},
    });
  }

  setEnabled(name: string, isEnabled: boolean): Changed {
    return this.#change(name, (rule) => {
      if (rule.isEnabled === isEnabled) return rule;
      return { ...rule, isEnabled, sinceRecord: this.#parts.trailLength() };
    });
  }

  remove(name: string): { readonly kind: "removed" } | Refusal {
    const rule = this.find(name);
    if (rule === undefined) return notFound(name);
    if (rule.targets.length > 0) return refused("invalid", "Rule can't be deleted since it has targets.");
    this.#parts.store.remove(name);
    this.#enabled = undefined;
    return { kind: "removed" };
  }

  /** Adds targets; one whose id is there is replaced. */
  putTargets(name: string, targets: readonly Target[]): Changed {
    const repeated = targets.find(({ id }, i) => targets.findIndex((other) => other.id === id) !== i);
    if (repeated !== undefined) return refused("invalid", `The target id ${repeated.id} is given twice.`);
    for (const target of targets) {
      const fault = targetFault(target);
      if (fault !== undefined) return refused("invalid", fault);
    }
    const rule = this.find(name);
    if (rule === undefined) return notFound(name);
    const kept = rule.targets.filter(({ id }) => !targets.some((target) => target.id === id));
    if (kept.length + targets.length > targetsMax) {
      return refused(
        "limit",
        `The requested resource exceeds the maximum number allowed: ${targetsMax} targets a rule.`,
      );
    }
    return this.#save({ ...rule, targets: [...kept, ...targets] });
  }

  /** Removes targets; ids that are not there are given back. */
  removeTargets(
    name: string,
    ids: readonly string[],
  ): { readonly kind: "removed"; readonly missing: string[] } | Refusal {
    const rule = this.find(name);
    if (rule === undefined) return notFound(name);
    this.#save({ ...rule, targets: rule.targets.filter(({ id }) => !ids.includes(id)) });
    return { kind: "removed", missing: ids.filter((id) => !rule.targets.some((target) => target.id === id)) };
  }

  tag(name: string, tags: Tags): Changed {
    return this.#retag(name, (there) => ({ ...there, ...tags }));
  }

  untag(name: string, keys: readonly string[]): Changed {
    return this.#retag(name, (there) =>
      Object.fromEntries(Object.entries(there).filter(([key]) => !keys.includes(key))),
    );
  }

  /** The enabled rules that an event of record `n` concerns, but for those in its own chain. */
  matching(event: BusEvent, n: number, chain: readonly string[]): Rule[] {
    if (chain.length >= chainMax) return [];
    this.#enabled ??= this.#compiled();
    return this.#enabled
      .filter(
        ({ rule, pattern }) => n > rule.sinceRecord && !chain.includes(rule.arn) && matchesPattern(pattern, event),
      )
      .map(({ rule }) => rule);
  }

  #compiled(): { readonly rule: Rule; readonly pattern: EventPattern }[] {
    return this.#parts.store.all().flatMap((rule) => {
      const pattern = readPattern(rule.pattern);
      return rule.isEnabled && pattern.kind === "pattern" ? [{ rule, pattern }] : [];
    });
  }

  #retag(name: string, change: (tags: Tags) => Tags): Changed {
    const rule = this.find(name);
    if (rule === undefined) return notFound(name);
    const tags = change(rule.tags);
    if (Object.keys(tags).length > tagsMax) return refused("limit", `A rule has at most ${tagsMax} tags.`);
    return this.#save({ ...rule, tags });
  }

  #change(name: string, change: (rule: Rule) => Rule): Changed {
    const rule = this.find(name);
    return rule === undefined ? notFound(name) : this.#save(change(rule));
  }

  #save(rule: Rule): Changed {
    this.#parts.store.put(rule);
    this.#enabled = undefined;
    return { kind: "changed", rule };
  }
}

function targetFault(target: Target): string | undefined {
  if (knownAction(target.arn) !== undefined) return inputFault(target);
  return `Target ${target.id}: ${target.arn} is not supported. Supported are ${knownActionArns().join(", ")}.`;
}

function notFound(name: string): Refusal {
  return refused("not-found", `Rule ${name} does not exist on EventBus default.`);
}

function isSame(tags: Tags, others: Tags): boolean {
  const names = Object.keys(tags);
  return names.length === Object.keys(others).length && names.every((name) => tags[name] === others[name]);
}
