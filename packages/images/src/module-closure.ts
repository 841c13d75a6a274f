import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * The folders of these npm packages and of everything that they depend on, relative to the repository, sorted.
 * Optional dependencies count where they are installed; packages of types do not run and do not count.
 */
export function moduleClosure(repository: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string, optional: boolean): void => {
    if (name.startsWith("@types/")) return;
    const folder = resolveModule(name, from, repository);
    if (folder === undefined) {
      if (optional) return;
      throw new Error(`the npm package ${name} is not installed`);
    }
    if (found.has(folder)) return;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      visit(dependency, folder, manifest.optionalDependencies?.[dependency] !== undefined);
    }
    for (const dependency of Object.keys(manifest.optionalDependencies ?? {})) visit(dependency, folder, true);
  };
  for (const name of names) visit(name, repository, false);
  // A package inside of another one's node_modules comes along with it.
  const outermost = [...found].filter((folder) => ![...found].some((other) => folder.startsWith(`${other}/`)));
  return outermost.map((folder) => relative(repository, folder)).sort();
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Node's own rule: the node_modules folder of every folder upwards. */
function resolveModule(name: string, from: string, repository: string): string | undefined {
  for (let folder = from; folder.length >= repository.length; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
  }
  return undefined;
}
