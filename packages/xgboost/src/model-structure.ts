import { readUbjson } from "./ubjson.ts";

/** One tree, checked: every reachable child and split index lies inside, no node is reached twice. */
export interface Tree {
  /** -1 marks a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly splitFeature: Int32Array;
  /** The threshold of a split (smaller goes left), the value of a leaf. */
  readonly condition: Float32Array;
  /** 1 where a missing value goes left. */
  readonly defaultLeft: Uint8Array;
  /** The output that this tree adds to. */
  readonly group: number;
}

/** What a model file says, as far as it is needed outside of the library. */
export interface ModelStructure {
  readonly booster: "gbtree" | "dart" | "gblinear";
  readonly objective: string;
  readonly features: number;
  /** Outputs per row: the classes of a multi-class model, else 1. */
  readonly groups: number;
  readonly baseScore: number;
  readonly trees: readonly Tree[];
  readonly attributes: Readonly<Record<string, string>>;
}

export type ModelReading =
  { readonly kind: "model"; readonly model: ModelStructure } | { readonly kind: "refused"; readonly message: string };

const nodesMax = 1 << 28;

/** Thrown and caught inside this file only. */
class Malformed extends Error {}

/**
 * Reads a model of XGBoost 1.7 (JSON or UBJSON) and checks its trees. The library itself crashes on a split index out
 * of range and hangs on a cycle, so nothing reaches it that did not pass here.
 */
export function readModel(bytes: Uint8Array): ModelReading {
  try {
    return { kind: "model", model: modelOf(parse(bytes)) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "refused", message: `this is not a sound XGBoost model: ${error.message}` };
  }
}

function parse(bytes: Uint8Array): unknown {
  if (bytes[0] !== 0x7b) throw new Malformed("it is neither JSON nor UBJSON");
  // XGBoost tells the two apart in the same way: a key's quotation mark, or the type of a key's length.
  const isJson = bytes[1] === 0x22 || bytes[1] === 0x20 || bytes[1] === 0x0a;
  try {
    return isJson ? JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) : readUbjson(bytes);
  } catch (error) {
    throw new Malformed(error instanceof Error ? error.message : "it cannot be read");
  }
}

function modelOf(document: unknown): ModelStructure {
  const learner = member(document, "learner");
  const parameters = member(learner, "learner_model_param");
  const features = whole(parameters, "num_feature", 1, 2 ** 31 - 1);
  const classes = whole(parameters, "num_class", 0, 1_000_000);
  if (has(parameters, "num_target") && whole(parameters, "num_target", 0, 1_000_000) > 1) {
    throw new Malformed("it has several targets, which this binding does not read");
  }
  const groups = Math.max(1, classes);
  const baseScore = Number(text(parameters, "base_score"));
  if (!Number.isFinite(baseScore)) throw new Malformed("its base_score is not a number");
  const objective = text(member(learner, "objective"), "name");
  const gradientBooster = member(learner, "gradient_booster");
  const booster = text(gradientBooster, "name");
  const shared = { objective, features, groups, baseScore: Math.fround(baseScore), attributes: attributesOf(learner) };
  switch (booster) {
    case "gbtree":
      return { booster, ...shared, trees: treesOf(member(gradientBooster, "model"), features, groups) };
    case "dart": {
      const trees = treesOf(member(member(gradientBooster, "gbtree"), "model"), features, groups);
      numbers(gradientBooster, "weight_drop", trees.length);
      return { booster, ...shared, trees };
    }
    case "gblinear":
      numbers(member(gradientBooster, "model"), "weights", (features + 1) * groups);
      return { booster, ...shared, trees: [] };
    default:
      throw new Malformed(`its booster "${booster}" is unknown`);
  }
}

function treesOf(model: unknown, features: number, groups: number): Tree[] {
  const parameters = member(model, "gbtree_model_param");
  const trees = array(model, "trees");
  const count = whole(parameters, "num_trees", 0, nodesMax);
  if (count !== trees.length) throw new Malformed(`it announces ${count} trees and holds ${trees.length}`);
  if (has(parameters, "num_parallel_tree")) whole(parameters, "num_parallel_tree", 1, nodesMax);
  const info = numbers(model, "tree_info", count);
  return trees.map((tree, index) => {
    const group = info[index] ?? 0;
    if (!Number.isInteger(group) || group < 0 || group >= groups) {
      throw new Malformed(`tree ${index} belongs to output ${group} of ${groups}`);
    }
    return treeOf(tree, index, features, group);
  });
}

function treeOf(tree: unknown, index: number, features: number, group: number): Tree {
  const parameters = member(tree, "tree_param");
  const nodes = whole(parameters, "num_nodes", 1, nodesMax);
  whole(parameters, "num_deleted", 0, nodes - 1);
  if (whole(parameters, "num_feature", 0, 2 ** 31 - 1) > features) {
    throw new Malformed(`tree ${index} knows more features than the model`);
  }
  if (has(parameters, "size_leaf_vector") && whole(parameters, "size_leaf_vector", 0, 1) > 1) {
    throw new Malformed(`tree ${index} has vector leaves`);
  }
  if (has(tree, "split_type") && numbers(tree, "split_type", nodes).some((type) => type !== 0)) {
    throw new Malformed(`tree ${index} splits on categories, which this binding does not read`);
  }
  for (const name of ["base_weights", "loss_changes", "sum_hessian"]) numbers(tree, name, nodes);
  const read: Tree = {
    left: Int32Array.from(integers(tree, "left_children", nodes)),
    right: Int32Array.from(integers(tree, "right_children", nodes)),
    splitFeature: Int32Array.from(integers(tree, "split_indices", nodes)),
    condition: Float32Array.from(numbers(tree, "split_conditions", nodes)),
    defaultLeft: Uint8Array.from(numbers(tree, "default_left", nodes)),
    group,
  };
  walkOnce(read, Int32Array.from(integers(tree, "parents", nodes)), index, features);
  return read;
}

/** Follows every path from the root. Deleted nodes are not on any of them and may hold anything. */
function walkOnce(tree: Tree, parents: Int32Array, index: number, features: number): void {
  const nodes = tree.left.length;
  const seen = new Uint8Array(nodes);
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen[node] === 1) throw new Malformed(`tree ${index} reaches node ${node} twice`);
    seen[node] = 1;
    const [left = -1, right = -1] = [tree.left[node], tree.right[node]];
    if (left === -1 && right === -1) continue;
    for (const child of [left, right]) {
      if (child <= 0 || child >= nodes)
        throw new Malformed(`tree ${index}, node ${node} has a child ${child} of ${nodes}`);
      if (parents[child] !== node)
        throw new Malformed(`tree ${index}, node ${child} names another parent than ${node}`);
      open.push(child);
    }
    const split = tree.splitFeature[node] ?? -1;
    if (split < 0 || split >= features) {
      throw new Malformed(`tree ${index}, node ${node} splits on feature ${split} of ${features}`);
    }
    if (Number.isNaN(tree.condition[node])) throw new Malformed(`tree ${index}, node ${node} has no threshold`);
  }
}

function attributesOf(learner: unknown): Readonly<Record<string, string>> {
  if (!has(learner, "attributes")) return {};
  const attributes = member(learner, "attributes");
  if (typeof attributes !== "object" || attributes === null) throw new Malformed("its attributes are not an object");
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
}

function has(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
    throw new Malformed(`"${name}" is missing`);
  return (value as Record<string, unknown>)[name];
}

function text(value: unknown, name: string): string {
  const found = member(value, name);
  if (typeof found !== "string") throw new Malformed(`"${name}" is not a text`);
  return found;
}

function whole(value: unknown, name: string, min: number, max: number): number {
  const found = Number(text(value, name));
  if (!Number.isInteger(found) || found < min || found > max) throw new Malformed(`"${name}" is ${text(value, name)}`);
  return found;
}

function array(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  if (!Array.isArray(found)) throw new Malformed(`"${name}" is not a list`);
  return found;
}

function numbers(value: unknown, name: string, length: number): readonly number[] {
  const found = array(value, name);
  if (found.length !== length) throw new Malformed(`"${name}" has ${found.length} entries instead of ${length}`);
  return found.map((entry) => {
    if (typeof entry === "boolean") return entry ? 1 : 0;
    if (typeof entry !== "number") throw new Malformed(`"${name}" holds something that is not a number`);
    return entry;
  });
}

function integers(value: unknown, name: string, length: number): readonly number[] {
  const found = numbers(value, name, length);
  // A root's parent is 2^31-1, a deleted node's split index 2^32-1 (as a signed number -1).
  const bad = found.find((entry) => !Number.isInteger(entry) || entry < -(2 ** 31) || entry > 2 ** 32 - 1);
  if (bad !== undefined) throw new Malformed(`"${name}" holds ${bad}`);
  return found;
}
