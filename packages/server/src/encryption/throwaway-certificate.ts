import type { SecureContextOptions } from "node:tls";
import { issueServerCertificate, makeAuthority } from "./certificate-authority.ts";

/**
 * A certificate of an authority that nobody knows and that is forgotten at once, for a server that cannot reach its own:
 * ④ its key lies under the seal. Clients that check certificates refuse it, and so send nothing to it.
 */
export async function throwawayTlsOptions(names: readonly string[], now: Date): Promise<SecureContextOptions> {
  const authority = await makeAuthority(now);
  const { cert, key } = await issueServerCertificate(authority, names, now);
  authority.privateKey.fill(0);
  return { cert, key, minVersion: "TLSv1.2" };
}
