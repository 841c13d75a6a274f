/**
 * Amazon CloudWatch Logs: what jobs and endpoints printed, and what clients write themselves.
 *
 * Gaps: deletion, retention, subscriptions, metric filters, queries, a group's own key, identifiers in
 * place of names, filter patterns over fields. Each is refused by name.
 *
 * By design: streams on which the caller may not perform DescribeLogStreams or FilterLogEvents are left out of
 * what these answer. Groups and streams of jobs are made by the jobs. Events keep the order of their arrival.
 *
 * Client quirks: a group stands in policies as `…:log-group:<name>:*`; the resource of a request for a whole
 * group therefore ends with `:log-stream:`, as in CloudWatch's own messages.
 */
import * as client from "@aws-sdk/client-cloudwatch-logs";
import { awsServices, service } from "@strongroom/wire";
import type { Logs } from "../../compute/index.ts";
import type { ServerService } from "../operation.ts";
import { filterLogEvents } from "./log-event/filter-log-events.ts";
import { getLogEvents } from "./log-event/get-log-events.ts";
import { putLogEvents } from "./log-event/put-log-events.ts";
import { createLogGroup } from "./log-group/create-log-group.ts";
import { describeLogGroups } from "./log-group/describe-log-groups.ts";
import { createLogStream } from "./log-stream/create-log-stream.ts";
import { describeLogStreams } from "./log-stream/describe-log-streams.ts";
import { listTagsForResource } from "./tag/list-tags-for-resource.ts";
import { tagResource } from "./tag/tag-resource.ts";
import { untagResource } from "./tag/untag-resource.ts";

export const cloudwatchLogs = ({ logs }: { logs: Logs }): ServerService =>
  service(awsServices.logs, client, [
    createLogGroup(logs),
    describeLogGroups(logs),
    createLogStream(logs),
    describeLogStreams(logs),
    putLogEvents(logs),
    getLogEvents(logs),
    filterLogEvents(logs),
    tagResource(logs),
    untagResource(logs),
    listTagsForResource(logs),
  ]);
