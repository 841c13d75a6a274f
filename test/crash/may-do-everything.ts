import type { Authority } from "../../packages/server/src/access/index.ts";

const accountId = "111122223333";

/** Somebody whom nothing is refused: what is tried here is not permissions. */
export const mayDoEverything: Authority = {
  principal: {
    kind: "user",
    arn: `arn:aws:iam::${accountId}:user/tester`,
    accountId,
    userId: "AIDATESTER",
    userName: "tester",
  },
  origin: { kind: "host", sourceIp: "127.0.0.1" },
  decide: () => ({ allowed: true, message: "", because: "test" }),
  demand: () => undefined,
  sees: () => true,
  via: () => mayDoEverything,
};
