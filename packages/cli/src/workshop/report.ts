import { textTable } from "../text-table.ts";

export interface StepReport {
  readonly step: number;
  readonly title: string;
  held: boolean;
  why?: string;
  readonly evidence: Evidence[];
  seconds?: number;
}

export interface Evidence {
  readonly objective: number;
  readonly what: string;
  readonly evidence: string;
}

const objectives = [
  "Compute and network isolation",
  "Authentication and access management",
  "Artifact management",
  "Data encryption",
  "Traceability and auditability",
  "Explainability",
  "Real-time model monitoring",
  "Reproducibility",
] as const;

/** Collects what the steps prove and shows it while it happens. */
export class Report {
  readonly steps: StepReport[] = [];
  readonly #write: (line: string) => void;
  #current: { report: StepReport; startedAt: number } | undefined;

  /** `write` gets the progress lines; it is silent where a script reads the result. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  begin(step: number, title: string): void {
    const report: StepReport = { step, title, held: false, evidence: [] };
    this.steps.push(report);
    this.#current = { report, startedAt: performance.now() };
    this.#write(`\n[${step}] ${title}`);
  }

  say(line: string): void {
    this.#write(`    ${line}`);
  }

  prove(objective: number, what: string, evidence: string): void {
    this.#current?.report.evidence.push({ objective, what, evidence });
  }

  held(): void {
    const seconds = this.#close();
    if (seconds === undefined) return;
    this.#write(`    held (${seconds.toFixed(1)} s)`);
  }

  failed(why: string): void {
    const report = this.#current?.report;
    if (report === undefined) return;
    report.why = why;
    this.#close(false);
    this.#write(`    DOES NOT HOLD: ${why}`);
  }

  /** What ended the workshop between two steps. */
  interrupted(why: string): void {
    const last = this.steps.at(-1);
    if (last?.why === undefined) this.#write(`\n    THE WORKSHOP ENDED: ${why}`);
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  /** true where each of the workshop's steps was taken and held. */
  allHeld(stepCount: number): boolean {
    return this.steps.length === stepCount && this.steps.every(({ held }) => held);
  }

  /** An objective holds where something was shown for it and every step that showed it held. */
  byObjective(): { number: number; name: string; held: boolean; evidence: Evidence[] }[] {
    return objectives.map((name, index) => {
      const number = index + 1;
      const showing = this.steps.filter(({ evidence }) => evidence.some(({ objective }) => objective === number));
      const evidence = showing.flatMap((step) => step.evidence.filter(({ objective }) => objective === number));
      return { number, name, held: showing.length > 0 && showing.every(({ held }) => held), evidence };
    });
  }

  /** Fits a terminal of `columns` characters; longer cells take several lines. */
  table(columns: number): string {
    const rows = [["", "objective", "what was shown", "evidence"]];
    for (const { number, name, held, evidence } of this.byObjective()) {
      const shown = evidence.length === 0 ? [{ what: "nothing", evidence: "" }] : evidence;
      shown.forEach((item, index) => {
        rows.push([
          index === 0 ? (held ? "held" : "NOT HELD") : "",
          index === 0 ? `${number} ${name}` : "",
          item.what,
          item.evidence,
        ]);
      });
    }
    const rest = Math.max(columns - 8 - 38 - 6, 70);
    const what = Math.min(72, Math.floor(rest * 0.5));
    return textTable(rows, [8, 38, what, rest - what]);
  }

  #close(held = true): number | undefined {
    if (this.#current === undefined) return undefined;
    const { report, startedAt } = this.#current;
    report.held = held;
    report.seconds = (performance.now() - startedAt) / 1000;
    this.#current = undefined;
    return report.seconds;
  }
}
