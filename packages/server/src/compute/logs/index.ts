/**
 * What jobs and endpoints print, kept and served as CloudWatch Logs does.
 *
 * Promise: a line that a job printed is stored within a second, and before the job is reported as ended.
 * Invariants: events keep the order in which they arrived. Must not: log anything of the server's own.
 */
export { logMigrations, LogStore } from "./log-store.ts";
export type { EventQuery, LogEvent, LogEventRow, LogGroupRow, LogStreamRow } from "./log-store.ts";
export { logTagsMax, openLogs } from "./logs.ts";
export type { Logs, LogTags } from "./logs.ts";
export { escapeControls } from "./line-writer.ts";
export type { LineWriter } from "./line-writer.ts";
