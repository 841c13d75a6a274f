import type { Rule } from "../../../detection/index.ts";

/** A rule as DescribeRule and ListRules show it. */
export function ruleAnswer(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    State: rule.isEnabled ? ("ENABLED" as const) : ("DISABLED" as const),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    EventBusName: "default",
  };
}
