import { AwsError } from "@strongroom/wire";
import type { Access, Authority, Permission } from "../../access/index.ts";
import type { ServerCall } from "../operation.ts";
import { settled } from "./answer.ts";

interface FactorInput {
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}

/**
 * The caller, with the second factor where one is shown; `permissions` are then decided with it, before
 * the code is looked at. The caller as it is where none is shown.
 */
export function secondFactor(
  access: Pick<Access, "sessions">,
  { authority }: ServerCall,
  { SerialNumber, TokenCode }: FactorInput,
  permissions: readonly Permission[],
): Authority {
  if (SerialNumber === undefined && TokenCode === undefined) return authority;
  if (SerialNumber === undefined || TokenCode === undefined) {
    const message = "SerialNumber and TokenCode come together or not at all.";
    throw new AwsError({ code: "ValidationError", message, status: 400 });
  }
  const factor = { serialNumber: SerialNumber, code: TokenCode };
  return settled(access.sessions.withSecondFactor(authority, factor, permissions));
}
