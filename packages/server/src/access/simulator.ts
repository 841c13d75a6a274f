import { checkPolicy, compilePolicy, faultText, type NamedPolicy, type Requester } from "@strongroom/iam";
import type { SimulatedPrincipals } from "./simulated-principal.ts";
import { simulatedCaller, type SimulatedPrincipal } from "./simulated-principal.ts";
import { contextKeyNames, simulate, type SimulatedResult, type Simulation } from "./simulation.ts";

/** Answers what policies would decide, without anything being done. */
export class Simulator {
  readonly #principals: SimulatedPrincipals;

  constructor(principals: SimulatedPrincipals) {
    this.#principals = principals;
  }

  /** A user, group or role of the account, with its policies; undefined where there is none of this ARN. */
  principal(arn: string): SimulatedPrincipal | undefined {
    return this.#principals.find(arn);
  }

  /** Undefined for an ARN of anything but a user, group or role. */
  caller(arn: string): Requester | undefined {
    return simulatedCaller(arn);
  }

  run(simulation: Simulation, action: string, resource: string): SimulatedResult {
    return simulate(simulation, action, resource);
  }

  /** What is wrong with a policy document, and where; undefined where nothing is. */
  fault(document: string, use: "identity" | "resource"): string | undefined {
    const checked = checkPolicy(document, use);
    return checked.kind === "fault" ? faultText(checked.fault) : undefined;
  }

  /** Service control policies as a simulation takes them. */
  organizationLevel(documents: readonly string[]): readonly NamedPolicy[] {
    return documents.map((document, at) => ({ name: `#${at}`, policy: compilePolicy(document, "identity").policy }));
  }

  /** The condition keys and variables that policies name, each once, in order. */
  contextKeyNames(documents: readonly string[]): readonly string[] {
    return contextKeyNames(documents);
  }
}
