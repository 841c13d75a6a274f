import { oneOf } from "@strongroom/wire";

/** The one algorithm that the keys have. */
export const symmetricDefault = "SYMMETRIC_DEFAULT" as const;
export const algorithmMember = oneOf(symmetricDefault);
