/** What a value must be. Bounds count as inside, `above` and `below` as outside. */
export type Rule =
  | { readonly kind: "integer"; readonly min?: number }
  | {
      readonly kind: "number";
      readonly min?: number;
      readonly max?: number;
      readonly above?: number;
      readonly below?: number;
    }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "metrics" }
  | { readonly kind: "pattern"; readonly pattern: RegExp; readonly example: string }
  /** A name that the built-in algorithm knows and this one does not serve; the reason goes to the user. */
  | { readonly kind: "unsupported"; readonly reason: string };

const share: Rule = { kind: "number", above: 0, max: 1 };
const notNegative: Rule = { kind: "number", min: 0 };
const count: Rule = { kind: "integer", min: 0 };
const positive: Rule = { kind: "integer", min: 1 };
const flag: Rule = { kind: "choice", of: ["true", "false"] };
const zeroOrOne: Rule = { kind: "choice", of: ["0", "1"] };
const unit: Rule = { kind: "number", min: 0, max: 1 };

const objectives: readonly string[] = [
  "binary:logistic",
  "binary:logitraw",
  "binary:hinge",
  "count:poisson",
  "multi:softmax",
  "multi:softprob",
  "rank:pairwise",
  "rank:ndcg",
  "rank:map",
  "reg:linear",
  "reg:squarederror",
  "reg:logistic",
  "reg:gamma",
  "reg:pseudohubererror",
  "reg:squaredlogerror",
  "reg:absoluteerror",
  "reg:tweedie",
  "survival:aft",
  "survival:cox",
];

/** Metrics of the library and whether more is better. */
export const metrics: Readonly<Record<string, "maximise" | "minimise">> = {
  auc: "maximise",
  aucpr: "maximise",
  map: "maximise",
  ndcg: "maximise",
  "aft-nloglik": "minimise",
  "cox-nloglik": "minimise",
  error: "minimise",
  "gamma-deviance": "minimise",
  "gamma-nloglik": "minimise",
  "interval-regression-accuracy": "minimise",
  logloss: "minimise",
  mae: "minimise",
  mape: "minimise",
  merror: "minimise",
  mlogloss: "minimise",
  mphe: "minimise",
  "poisson-nloglik": "minimise",
  rmse: "minimise",
  rmsle: "minimise",
  "tweedie-nloglik": "minimise",
};

/** Metrics that the managed container adds to the library's own and that this one does not compute. */
export const metricsUnsupported: readonly string[] = [
  "accuracy",
  "balanced_accuracy",
  "f1",
  "f1_binary",
  "f1_macro",
  "mse",
  "precision",
  "precision_macro",
  "precision_micro",
  "r2",
  "recall",
  "recall_macro",
  "recall_micro",
];

/**
 * The hyperparameters of SageMaker's built-in XGBoost (aws/sagemaker-xgboost-container,
 * algorithm_mode/hyperparameter_validation.py) and their ranges.
 */
export const rules: Readonly<Record<string, Rule>> = {
  num_round: positive,
  booster: { kind: "choice", of: ["gbtree", "gblinear", "dart"] },
  verbosity: { kind: "choice", of: ["0", "1", "2", "3"] },
  nthread: positive,
  eta: unit,
  gamma: notNegative,
  max_depth: count,
  min_child_weight: notNegative,
  max_delta_step: notNegative,
  subsample: share,
  colsample_bytree: share,
  colsample_bylevel: share,
  colsample_bynode: share,
  lambda: notNegative,
  alpha: notNegative,
  tree_method: { kind: "choice", of: ["auto", "exact", "approx", "hist"] },
  sketch_eps: { kind: "unsupported", reason: "XGBoost 1.7 no longer has it; max_bin takes its place" },
  scale_pos_weight: { kind: "number", above: 0 },
  refresh_leaf: zeroOrOne,
  process_type: { kind: "choice", of: ["default"] },
  grow_policy: { kind: "choice", of: ["depthwise", "lossguide"] },
  max_leaves: count,
  max_bin: count,
  monotone_constraints: { kind: "pattern", pattern: /^\(\s*-?[01](\s*,\s*-?[01])*\s*,?\s*\)$/, example: "(1,0,-1)" },
  interaction_constraints: {
    kind: "pattern",
    pattern: /^\[\s*(\[\s*\d+(\s*,\s*\d+)*\s*\](\s*,\s*\[\s*\d+(\s*,\s*\d+)*\s*\])*)?\s*\]$/,
    example: "[[0,1],[2,3]]",
  },
  sample_type: { kind: "choice", of: ["uniform", "weighted"] },
  normalize_type: { kind: "choice", of: ["tree", "forest"] },
  rate_drop: unit,
  one_drop: zeroOrOne,
  skip_drop: unit,
  lambda_bias: { kind: "unsupported", reason: "XGBoost 1.7 no longer has it" },
  tweedie_variance_power: { kind: "number", above: 1, below: 2 },
  num_class: { kind: "integer", min: 2 },
  base_score: notNegative,
  _kfold: { kind: "unsupported", reason: "cross validation is not served; train with a validation channel" },
  _num_cv_round: { kind: "unsupported", reason: "cross validation is not served; train with a validation channel" },
  early_stopping_rounds: positive,
  eval_metric: { kind: "metrics" },
  objective: { kind: "choice", of: objectives },
  seed: { kind: "integer" },
  num_parallel_tree: positive,
  save_model_on_termination: flag,
  csv_weights: zeroOrOne,
  deterministic_histogram: flag,
  sampling_method: { kind: "choice", of: ["uniform"] },
  prob_buffer_row: { kind: "unsupported", reason: "XGBoost 1.7 no longer has it" },
  aft_loss_distribution: { kind: "choice", of: ["normal", "logistic", "extreme"] },
  aft_loss_distribution_scale: { kind: "number", above: 0 },
  use_dask_gpu_training: { kind: "choice", of: ["false"] },
};

/** Other names of the same parameter. */
export const aliases: Readonly<Record<string, string>> = {
  learning_rate: "eta",
  min_split_loss: "gamma",
  reg_lambda: "lambda",
  reg_alpha: "alpha",
};

/** Values that the built-in algorithm takes and this one does not, with the reason that the user reads. */
export const valuesUnsupported: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tree_method: { gpu_hist: "this image trains on processors; hist gives the same kind of trees" },
  process_type: { update: "it changes an existing model, which this image does not do" },
  sampling_method: { gradient_based: "XGBoost has it for gpu_hist only" },
  use_dask_gpu_training: { true: "this image trains on processors" },
};
