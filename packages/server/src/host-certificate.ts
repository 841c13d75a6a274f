import { CannotStart } from "./data-folder.ts";
import { openOperatorCertificate, type OperatorCertificate } from "./encryption/index.ts";
import type { HouseParts } from "./foundations.ts";

/** The operator's own certificate, where there is one. Throws CannotStart with what is wrong with it. */
export async function hostCertificate({ config, clock, log }: HouseParts): Promise<OperatorCertificate | undefined> {
  if (config.certificate === undefined) return undefined;
  const opened = await openOperatorCertificate({
    files: config.certificate,
    clock,
    report: (problem) => log.error("the new certificate is not used, the one before is", { problem }),
  });
  if ("kind" in opened) throw new CannotStart(`the certificate cannot be used: ${opened.message}`);
  return opened;
}
