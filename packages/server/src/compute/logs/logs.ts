import type { Clock, DiskReserve, Log } from "../../platform/index.ts";
import { lineWriter } from "./line-writer.ts";
import type { LineWriter } from "./line-writer.ts";
import type { EventQuery, LogEvent, LogEventRow, LogGroupRow, LogStore, LogStreamRow } from "./log-store.ts";

export type LogTags = Readonly<Record<string, string>>;

export const logTagsMax = 50;

/** Groups, streams and events, in CloudWatch Logs' sense. */
export interface Logs {
  createGroup(name: string, tags?: LogTags): "created" | "already-exists";
  /** Of a group; none where there is no such group. */
  tags(group: string): LogTags;
  /** All or none of them; "too-many-tags" where the group would have more than 50. */
  tag(group: string, tags: LogTags): "tagged" | "no-such-group" | "too-many-tags";
  untag(group: string, keys: readonly string[]): "untagged" | "no-such-group";
  createStream(group: string, stream: string): "created" | "already-exists" | "no-such-group";
  /** Throws DiskReserved where the disk has no room for data. */
  append(group: string, stream: string, events: readonly LogEvent[]): "stored" | "no-such-group" | "no-such-stream";
  group(name: string): LogGroupRow | undefined;
  stream(group: string, name: string): LogStreamRow | undefined;
  /** Groups whose name begins with `prefix`, in order of name, those after `after`. */
  groups(prefix: string, after: string, limit: number): LogGroupRow[];
  streamsByName(group: string, prefix: string, after: string, limit: number): LogStreamRow[];
  streamsByTime(group: string, newestFirst: boolean, skip: number, limit: number): LogStreamRow[];
  events(query: EventQuery): LogEventRow[];
  /** The writer for a process of the platform's own; makes the group and the stream. */
  open(group: string, stream: string): LineWriter;
}

interface LogsSettings {
  readonly clock: Clock;
  readonly log: Log;
  /** What of the disk is not for what is printed; absent: nothing. */
  readonly reserve?: DiskReserve;
}

export function openLogs(store: LogStore, { clock, log, reserve }: LogsSettings): Logs {
  const now = (): number => clock.now().getTime();
  const logs: Logs = {
    createGroup: (name, tags = {}) => (store.addGroup(name, now(), tags) ? "created" : "already-exists"),
    tags: (group) => store.tags(group),
    tag(group, tags) {
      if (store.group(group) === undefined) return "no-such-group";
      const all = { ...store.tags(group), ...tags };
      if (Object.keys(all).length > logTagsMax) return "too-many-tags";
      store.setTags(group, all);
      return "tagged";
    },
    untag(group, keys) {
      if (store.group(group) === undefined) return "no-such-group";
      store.setTags(
        group,
        Object.fromEntries(Object.entries(store.tags(group)).filter(([key]) => !keys.includes(key))),
      );
      return "untagged";
    },
    createStream(group, stream) {
      if (store.group(group) === undefined) return "no-such-group";
      return store.addStream(group, stream, now()) ? "created" : "already-exists";
    },
    append(group, name, events) {
      if (store.group(group) === undefined) return "no-such-group";
      const stream = store.stream(group, name);
      if (stream === undefined) return "no-such-stream";
      if (events.length === 0) return "stored";
      reserve?.demand(events.reduce((sum, { message }) => sum + message.length, 0));
      store.append(stream, events, now());
      return "stored";
    },
    group: (name) => store.group(name),
    stream: (group, name) => store.stream(group, name),
    groups: (prefix, after, limit) => store.groups(prefix, after, limit),
    streamsByName: (group, prefix, after, limit) => store.streamsByName(group, prefix, after, limit),
    streamsByTime: (group, newestFirst, skip, limit) => store.streamsByTime(group, newestFirst, skip, limit),
    events: (query) => store.events(query),
    open(group, stream) {
      logs.createGroup(group);
      logs.createStream(group, stream);
      return lineWriter((events) => void logs.append(group, stream, events), clock, log);
    },
  };
  return logs;
}
