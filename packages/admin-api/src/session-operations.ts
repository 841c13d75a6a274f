/** Sessions: how administrators end them. */
import { commandOf, operationOf, structure, text } from "./schema-notation.ts";

export interface RevokeSessionsRequest {
  /** The access key id of one session (ASIA…), or the ARN of a user or role, whose sessions all end. */
  readonly Subject: string | undefined;
  /** ISO 8601. Sessions of a user or role that were begun later go on; now, where it is not said. */
  readonly Before?: string | undefined;
}
export interface RevokeSessionsResponse {
  /** Sessions begun until then are over. ISO 8601, UTC. */
  readonly Before: string | undefined;
}
export const RevokeSessions$ = operationOf(
  "RevokeSessions",
  structure("RevokeSessionsRequest", [["Subject", text]], [["Before", text]]),
  structure("RevokeSessionsResponse", [["Before", text]]),
);
export const RevokeSessionsCommand = commandOf<RevokeSessionsRequest, RevokeSessionsResponse>(RevokeSessions$);
