import { text } from "@strongroom/wire";

/** A policy document; its size and its grammar are checked where it is stored. */
export const policyText = text({ min: 1, max: 131_072 });

/** A key has one policy, and this is its name. */
export const policyName = "default";
