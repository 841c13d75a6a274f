import { DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { operation } from "../../operation.ts";
import { busName, defaultBusArn, demandDefaultBus } from "../rule-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
export const describeEventBus = () =>
  operation(DescribeEventBusCommand, {
    members: { Name: busName },
    permissions: (_input, call) => [{ action: "events:DescribeEventBus", resource: defaultBusArn(call) }],
    mutates: false,
    handle: (input, call) => {
      demandDefaultBus(call, input.Name);
      return { Name: "default", Arn: defaultBusArn(call) };
    },
  });
