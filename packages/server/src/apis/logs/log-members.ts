import { text } from "@strongroom/wire";

export const groupName = text({ min: 1, max: 512, pattern: /[.\-_/#A-Za-z0-9]+/ });
export const streamName = text({ min: 1, max: 512, pattern: /[^:*]*/ });
export const token = text({ min: 1, max: 1024 });

/** The page sizes of the lists of groups and streams. */
export const listLimitMax = 50;

interface Realm {
  readonly region: string;
  readonly accountId: string;
}

export function groupArn({ region, accountId }: Realm, group: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group}`;
}

/** A group as policies name it: their resources end with `:*`, which has to match something. */
export function groupResource(realm: Realm, group: string): string {
  return `${groupArn(realm, group)}:log-stream:`;
}

export function streamArn(realm: Realm, group: string, stream: string): string {
  return `${groupArn(realm, group)}:log-stream:${stream}`;
}
