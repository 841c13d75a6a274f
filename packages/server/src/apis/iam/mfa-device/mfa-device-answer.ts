import type { MfaDevice, User } from "../../../access/index.ts";
import { tagDetails, userAnswer } from "../answer.ts";

/** `owner`: whom the device is enabled for, where it is. */
export function virtualDeviceAnswer({ serial, enabledAt, tags }: MfaDevice, owner: User | undefined) {
  return {
    SerialNumber: serial,
    ...(owner === undefined ? {} : { User: userAnswer(owner) }),
    ...enabled(enabledAt),
    ...tagDetails(tags),
  };
}

export function deviceAnswer({ serial, enabledAt }: MfaDevice, owner: string) {
  return { UserName: owner, SerialNumber: serial, EnableDate: new Date(enabledAt ?? 0) };
}

export function enabled(enabledAt: number | undefined) {
  return enabledAt === undefined ? {} : { EnableDate: new Date(enabledAt) };
}
