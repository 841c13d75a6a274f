import { jsonErrors, type ServiceSettings } from "@strongroom/wire";

/** How the service `strongroom` is addressed: awsJson 1.1, like most of AWS's own. */
export const adminService = {
  name: "strongroom",
  signingName: "strongroom",
  protocol: "awsJson1_1",
  targetPrefix: "Strongroom",
  errors: jsonErrors,
  bodyBytesMax: 1_048_576,
} as const satisfies ServiceSettings;
