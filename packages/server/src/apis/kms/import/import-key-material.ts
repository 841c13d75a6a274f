import { ImportKeyMaterialCommand } from "@aws-sdk/client-kms";
import type { ImportKeyMaterialCommandInput } from "@aws-sdk/client-kms";
import { blob, oneOf, text, timestamp } from "@strongroom/wire";
import type { Imports, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted, kmsError, validationError } from "../kms-error.ts";

const lifeDaysMax = 365;
const dayMs = 24 * 60 * 60 * 1000;

export const materialIdText = text({ min: 64, max: 64, pattern: /^[a-f0-9]+$/ });

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html */
export const importKeyMaterial = (keys: Pick<Keys, "find">, imports: Pick<Imports, "import">) =>
  operation(ImportKeyMaterialCommand, {
    members: {
      KeyId: keyIdText,
      ImportToken: blob({ min: 1, max: 6144 }),
      EncryptedKeyMaterial: blob({ min: 1, max: 6144 }),
      ValidTo: timestamp(),
      ExpirationModel: oneOf("KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"),
      ImportType: oneOf("NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"),
      KeyMaterialDescription: text({ min: 0, max: 256, pattern: /^[a-zA-Z0-9:/_\s.-]+$/ }),
      KeyMaterialId: materialIdText,
    },
    permissions: (input) => [
      keyDemand(keys, "kms:ImportKeyMaterial", input.KeyId, undefined, {
        "kms:ExpirationModel": modelOf(input),
        // In seconds, which policies compare as a date and as a number.
        ...(input.ValidTo && { "kms:ValidTo": String(Math.floor(input.ValidTo.getTime() / 1000)) }),
      }),
    ],
    handle: async (input, call) => {
      const expiresAt = expiryOf(input, call.now);
      const { row, keyArn } = plainKey(keys, input.KeyId);
      checkSymmetricMembers(input, row.spec);
      const imported = accepted(
        await imports.import({
          keyId: keyArn,
          token: input.ImportToken,
          encrypted: input.EncryptedKeyMaterial,
          expiresAt,
          ...(input.ImportType !== undefined && { type: input.ImportType === "NEW_KEY_MATERIAL" ? "new" : "existing" }),
          ...(input.KeyMaterialId !== undefined && { materialId: input.KeyMaterialId }),
          ...(input.KeyMaterialDescription !== undefined && { description: input.KeyMaterialDescription }),
        }),
      );
      return {
        KeyId: imported.keyArn,
        ...(imported.materialId !== undefined && { KeyMaterialId: imported.materialId }),
      };
    },
  });

type Input = Pick<
  ImportKeyMaterialCommandInput,
  "ValidTo" | "ExpirationModel" | "ImportType" | "KeyMaterialId" | "KeyMaterialDescription"
>;

function modelOf(input: Input): string {
  return input.ExpirationModel ?? "KEY_MATERIAL_EXPIRES";
}

/** When the material is wiped; undefined where it stays. */
function expiryOf(input: Input, now: Date): Date | undefined {
  const { ValidTo: validTo } = input;
  if (modelOf(input) === "KEY_MATERIAL_DOES_NOT_EXPIRE") {
    if (validTo === undefined) return undefined;
    throw validationError("A ValidTo is not valid where ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE.");
  }
  if (validTo === undefined) {
    throw validationError("A ValidTo must be specified where ExpirationModel is KEY_MATERIAL_EXPIRES.");
  }
  const lifeMs = validTo.getTime() - now.getTime();
  if (lifeMs > 0 && lifeMs <= lifeDaysMax * dayMs) return validTo;
  throw validationError(`ValidTo must be in the future, and no more than ${lifeDaysMax} days from now.`);
}

/** Other keys have one material for ever, which has no name. */
function checkSymmetricMembers(input: Input, spec: string): void {
  if (input.ImportType === "NEW_KEY_MATERIAL" && input.KeyMaterialId !== undefined) {
    throw validationError("A KeyMaterialId is not valid where ImportType is NEW_KEY_MATERIAL.");
  }
  if (spec === "SYMMETRIC_DEFAULT") return;
  for (const name of ["ImportType", "KeyMaterialId", "KeyMaterialDescription"] as const) {
    if (input[name] === undefined) continue;
    const message = `${name} is supported for symmetric encryption keys only; the key spec is ${spec}.`;
    throw kmsError({ kind: "refused", reason: "unsupported", message });
  }
}
