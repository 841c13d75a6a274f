import type { Clock } from "../platform/index.ts";
import type { Experiment, Parent, Trial, TrialComponent } from "./experiment.ts";
import type { ExperimentStore, TrackedFilter } from "./experiment-store.ts";
import { componentNameOf, componentOf } from "./job-component.ts";
import type { TrackedExperiment, TrackedJob } from "./tracked-job.ts";

export interface Realm {
  readonly region: string;
  readonly accountId: string;
}

type Made<T> = { readonly kind: "made"; readonly thing: T } | { readonly kind: "name-taken"; readonly arn: string };

/** The parts of a component that somebody sets. */
export type ComponentContent = Partial<
  Pick<
    TrialComponent,
    "displayName" | "status" | "startTime" | "endTime" | "parameters" | "inputArtifacts" | "outputArtifacts"
  >
>;

export interface ComponentChange extends ComponentContent {
  readonly parametersToRemove?: readonly string[];
  readonly inputArtifactsToRemove?: readonly string[];
  readonly outputArtifactsToRemove?: readonly string[];
}

/** Experiments, their trials and the components in them. */
export class Experiments {
  readonly #store: ExperimentStore;
  readonly #clock: Clock;
  readonly #realm: Realm;

  constructor(store: ExperimentStore, clock: Clock, realm: Realm) {
    this.#store = store;
    this.#clock = clock;
    this.#realm = realm;
  }

  createExperiment(x: { name: string; displayName?: string; description?: string; by: string }): Made<Experiment> {
    const { name, displayName, description, by } = x;
    return this.#add({
      kind: "experiment",
      ...this.#born(name, "experiment", displayName, by),
      ...(description === undefined ? {} : { description }),
    });
  }

  createTrial(x: {
    name: string;
    displayName?: string;
    experimentName: string;
    by: string;
  }): Made<Trial> | { readonly kind: "no-such-experiment" } {
    if (this.experiment(x.experimentName) === undefined) return { kind: "no-such-experiment" };
    const { experimentName } = x;
    return this.#add({ kind: "trial", ...this.#born(x.name, "experiment-trial", x.displayName, x.by), experimentName });
  }

  createComponent(x: { name: string; content: ComponentContent; by: string }): Made<TrialComponent> {
    return this.#add({
      kind: "trial-component",
      ...this.#born(x.name, "experiment-trial-component", undefined, x.by),
      parameters: {},
      inputArtifacts: {},
      outputArtifacts: {},
      metrics: [],
      ...x.content,
    });
  }

  updateComponent(name: string, change: ComponentChange): TrialComponent | undefined {
    return this.#store.transaction(() => {
      const component = this.component(name);
      if (component === undefined) return undefined;
      const changed = changedComponent(component, change, this.#clock.now().getTime());
      this.#store.replace(changed);
      return changed;
    });
  }

  experiment(name: string): Experiment | undefined {
    return this.#store.get("experiment", name);
  }

  trial(name: string): Trial | undefined {
    return this.#store.get("trial", name);
  }

  component(name: string): TrialComponent | undefined {
    return this.#store.get("trial-component", name);
  }

  experiments(filter: TrackedFilter): Experiment[] {
    return this.#store.list("experiment", filter);
  }

  trials(filter: TrackedFilter): Trial[] {
    return this.#store.list("trial", filter);
  }

  components(filter: TrackedFilter): TrialComponent[] {
    return this.#store.list("trial-component", filter);
  }

  parents(componentName: string): Parent[] {
    return this.#store.parents(componentName);
  }

  /** What still holds something is not deleted. */
  deleteExperiment(name: string): "deleted" | "no-such-experiment" | "has-trials" {
    if (this.experiment(name) === undefined) return "no-such-experiment";
    const one = { experimentName: name, sortBy: "Name", ascending: true, skip: 0, limit: 1 } as const;
    if (this.trials(one).length > 0) return "has-trials";
    this.#store.delete("experiment", name);
    return "deleted";
  }

  deleteTrial(name: string): "deleted" | "no-such-trial" | "has-components" {
    if (this.trial(name) === undefined) return "no-such-trial";
    if (this.#store.hasMembers(name)) return "has-components";
    this.#store.delete("trial", name);
    return "deleted";
  }

  deleteComponent(name: string): "deleted" | "no-such-component" | "in-a-trial" {
    if (this.component(name) === undefined) return "no-such-component";
    if (this.parents(name).length > 0) return "in-a-trial";
    this.#store.delete("trial-component", name);
    return "deleted";
  }

  associate(trialName: string, componentName: string): "associated" | "no-such-trial" | "no-such-component" {
    if (this.trial(trialName) === undefined) return "no-such-trial";
    if (this.component(componentName) === undefined) return "no-such-component";
    this.#store.associate(trialName, componentName);
    return "associated";
  }

  disassociate(trialName: string, componentName: string): "disassociated" | "not-associated" {
    return this.#store.disassociate(trialName, componentName) ? "disassociated" : "not-associated";
  }

  /** What is wrong with a job's ExperimentConfig, as a sentence; undefined if nothing is. */
  faultOf(config: TrackedExperiment | undefined): string | undefined {
    if (config === undefined) return undefined;
    const { ExperimentName: experimentName, TrialName: trialName } = config;
    if (experimentName !== undefined && this.experiment(experimentName) === undefined) {
      return `Could not find experiment '${experimentName}'`;
    }
    if (trialName === undefined) {
      return experimentName === undefined
        ? undefined
        : "ExperimentConfig.TrialName: an ExperimentName without a TrialName is not supported";
    }
    const trial = this.trial(trialName);
    if (trial === undefined) return `Could not find trial '${trialName}'`;
    if (experimentName !== undefined && trial.experimentName !== experimentName) {
      return `The trial '${trialName}' does not belong to the experiment '${experimentName}'`;
    }
    return undefined;
  }

  /** ⑧ Follows a job: its component is made with it and says what the job says. */
  track(job: TrackedJob): void {
    this.#store.transaction(() => {
      const component = componentOf(job);
      const known = this.component(component.name);
      if (known === undefined) {
        this.#store.add(component);
        const trialName = job.request.ExperimentConfig?.TrialName;
        if (trialName !== undefined) this.#store.associate(trialName, component.name);
        return;
      }
      // What somebody added by UpdateTrialComponent stays.
      this.#store.replace({
        ...component,
        displayName: known.displayName,
        parameters: { ...known.parameters, ...component.parameters },
        inputArtifacts: { ...known.inputArtifacts, ...component.inputArtifacts },
        outputArtifacts: { ...known.outputArtifacts, ...component.outputArtifacts },
      });
    });
  }

  componentNameOf(job: Pick<TrackedJob, "kind" | "name">): string {
    return componentNameOf(job);
  }

  #born(name: string, type: string, displayName: string | undefined, by: string) {
    const now = this.#clock.now().getTime();
    const arn = `arn:aws:sagemaker:${this.#realm.region}:${this.#realm.accountId}:${type}/${name}`;
    return { name, arn, displayName: displayName ?? name, createdBy: by, createdAt: now, modifiedAt: now };
  }

  #add<T extends Experiment | Trial | TrialComponent>(thing: T): Made<T> {
    return this.#store.add(thing) ? { kind: "made", thing } : { kind: "name-taken", arn: thing.arn };
  }
}

function changedComponent(component: TrialComponent, change: ComponentChange, now: number): TrialComponent {
  const { parametersToRemove, inputArtifactsToRemove, outputArtifactsToRemove, ...content } = change;
  return {
    ...component,
    ...content,
    parameters: merged(component.parameters, content.parameters, parametersToRemove),
    inputArtifacts: merged(component.inputArtifacts, content.inputArtifacts, inputArtifactsToRemove),
    outputArtifacts: merged(component.outputArtifacts, content.outputArtifacts, outputArtifactsToRemove),
    modifiedAt: now,
  };
}

function merged<V>(
  before: Readonly<Record<string, V>>,
  added: Readonly<Record<string, V>> = {},
  removed: readonly string[] = [],
): Record<string, V> {
  const gone = new Set(removed);
  return Object.fromEntries(Object.entries({ ...before, ...added }).filter(([key]) => !gone.has(key)));
}
