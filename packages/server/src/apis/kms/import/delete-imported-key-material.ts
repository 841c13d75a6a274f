import { DeleteImportedKeyMaterialCommand } from "@aws-sdk/client-kms";
import type { Imports, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { materialIdText } from "./import-key-material.ts";

/** The material is in no file any more when this answers. https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html */
export const deleteImportedKeyMaterial = (keys: Pick<Keys, "find">, imports: Pick<Imports, "delete">) =>
  operation(DeleteImportedKeyMaterialCommand, {
    members: { KeyId: keyIdText, KeyMaterialId: materialIdText },
    permissions: (input) => [keyDemand(keys, "kms:DeleteImportedKeyMaterial", input.KeyId)],
    handle: (input) => {
      const { keyArn } = plainKey(keys, input.KeyId);
      const named = input.KeyMaterialId === undefined ? {} : { materialId: input.KeyMaterialId };
      const deleted = accepted(imports.delete({ keyId: keyArn, ...named }));
      return { KeyId: deleted.keyArn, ...(deleted.materialId !== undefined && { KeyMaterialId: deleted.materialId }) };
    },
  });
