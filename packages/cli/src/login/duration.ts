import { Misuse } from "../outcome.ts";

const units: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600 };

/** `900`, `45m` or `8h`, in seconds. Throws Misuse. */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const read = /^(\d{1,6})([smh]?)$/.exec(text);
  const seconds = Number(read?.[1]) * (units[read?.[2] ?? ""] ?? Number.NaN);
  if (Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200) return seconds;
  throw new Misuse(`--duration ${text} is not a time from 15m to 12h`);
}

/** How long until a time, for people to read. */
export function timeUntil(time: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((time.getTime() - now.getTime()) / 60_000));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
