/** What one client of git's protocol may take from others; the server's own commands have turns of their own. */
export interface ClientLimits {
  /** How many of git's processes serve clients at once; more wait for their turn. */
  readonly turnsMax: number;
  /** How many of these turns one principal holds at most. */
  readonly turnsEachMax: number;
  /** How many requests of one principal wait for a turn at most. */
  readonly waitingEachMax: number;
  /** How long a request waits for its turn. */
  readonly waitMsMax: number;
  /** How long a client may keep git waiting in all; what it moves meanwhile gives it time back. */
  readonly pauseMsMax: number;
  /** What gives back a second of it: a client that is faster than this is waited for as long as it takes. */
  readonly bytesPerSecondMin: number;
}

export const clientLimits: ClientLimits = {
  turnsMax: 8,
  turnsEachMax: 4,
  waitingEachMax: 64,
  waitMsMax: 5 * 60_000,
  pauseMsMax: 10 * 60_000,
  bytesPerSecondMin: 8 * 1024,
};
