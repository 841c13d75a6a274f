import { text } from "@strongroom/wire";
import { noSuchBus } from "./events-error.ts";

export const ruleName = text({ min: 1, max: 64, pattern: /[.\-_A-Za-z0-9]+/ });
/** A bus by its name or its ARN. */
export const busName = text({
  min: 1,
  max: 1600,
  pattern: /(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/.\-_A-Za-z0-9]+/,
});

interface Realm {
  readonly region: string;
  readonly accountId: string;
}

export function defaultBusArn({ region, accountId }: Realm): string {
  return `arn:aws:events:${region}:${accountId}:event-bus/default`;
}

/** There is one bus; another one that is named does not exist. */
export function demandDefaultBus(realm: Realm, name: string | undefined): void {
  if (name !== undefined && name !== "default" && name !== defaultBusArn(realm)) throw noSuchBus(name);
}
