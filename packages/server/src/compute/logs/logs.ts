import type { Clock } from "../../platform/index.ts";
import { lineWriter } from "./line-writer.ts";
import type { LineWriter } from "./line-writer.ts";
import type { EventQuery, LogEvent, LogEventRow, LogGroupRow, LogStore, LogStreamRow } from "./log-store.ts";

/** Groups, streams and events, in CloudWatch Logs' sense. */
export interface Logs {
  createGroup(name: string): "created" | "already-exists";
  createStream(group: string, stream: string): "created" | "already-exists" | "no-such-group";
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

export function openLogs(store: LogStore, clock: Clock): Logs {
  const now = (): number => clock.now().getTime();
  const logs: Logs = {
    createGroup: (name) => (store.addGroup(name, now()) ? "created" : "already-exists"),
    createStream(group, stream) {
      if (store.group(group) === undefined) return "no-such-group";
      return store.addStream(group, stream, now()) ? "created" : "already-exists";
    },
    append(group, name, events) {
      if (store.group(group) === undefined) return "no-such-group";
      const stream = store.stream(group, name);
      if (stream === undefined) return "no-such-stream";
      if (events.length > 0) store.append(stream, events, now());
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
      return lineWriter((events) => void logs.append(group, stream, events), clock);
    },
  };
  return logs;
}
