import { GetParametersForImportCommand, ImportKeyMaterialCommand } from "@aws-sdk/client-kms";
import type {
  CreateKeyCommandInput,
  ImportKeyMaterialCommandInput,
  KMSClient,
  WrappingKeySpec,
} from "@aws-sdk/client-kms";
import type { WrappingAlgorithm } from "../../../encryption/import-wrapping.ts";
import { wrapForImport } from "../../../encryption/testing/bring-material.ts";
import { newKey } from "./with-client.ts";

export const stays = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" } as const;

export interface Bringing {
  readonly KeyId: string;
  readonly material: Uint8Array;
  readonly algorithm?: WrappingAlgorithm;
  readonly spec?: WrappingKeySpec;
  readonly over?: Partial<ImportKeyMaterialCommandInput>;
}

/** A key that waits for its material. */
export const external = (client: KMSClient, over: CreateKeyCommandInput = {}) =>
  newKey(client, { ...over, Origin: "EXTERNAL" });

export async function parametersFor(client: KMSClient, { KeyId, algorithm, spec }: Omit<Bringing, "material">) {
  return await client.send(
    new GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: algorithm ?? "RSAES_OAEP_SHA_256",
      WrappingKeySpec: spec ?? "RSA_2048",
    }),
  );
}

/** Brings material to a key, wrapped as whoever brings it wraps it; it stays unless `over` says otherwise. */
export async function bring(client: KMSClient, x: Bringing) {
  const { ImportToken, PublicKey } = await parametersFor(client, x);
  const EncryptedKeyMaterial = wrapForImport(PublicKey, x.algorithm ?? "RSAES_OAEP_SHA_256", x.material);
  const expiration = x.over?.ValidTo === undefined ? stays : {};
  return await client.send(
    new ImportKeyMaterialCommand({ KeyId: x.KeyId, ImportToken, EncryptedKeyMaterial, ...expiration, ...x.over }),
  );
}
