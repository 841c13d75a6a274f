import { ListKeyRotationsCommand } from "@aws-sdk/client-kms";
import { integer, oneOf, text } from "@strongroom/wire";
import type { Keys, Rotations } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { pageEnd, readMarker } from "../page-marker.ts";

const limitDefault = 100;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html */
export const listKeyRotations = (keys: Pick<Keys, "find">, rotations: Pick<Rotations, "list">) =>
  operation(ListKeyRotationsCommand, {
    members: {
      KeyId: keyIdText,
      IncludeKeyMaterial: oneOf("ROTATIONS_ONLY", "ALL_KEY_MATERIAL"),
      Limit: integer({ min: 1, max: 1000 }),
      Marker: text({ min: 1, max: 1024 }),
    },
    permissions: (input) => [keyDemand(keys, "kms:ListKeyRotations", input.KeyId)],
    mutates: false,
    handle: (input) => {
      const { keyArn } = plainKey(keys, input.KeyId);
      // A marker belongs to one key's list: the versions of another one would start elsewhere.
      const list = `rotations of ${keyArn}`;
      const all = input.IncludeKeyMaterial === "ALL_KEY_MATERIAL";
      const asked = { keyId: keyArn, all, limit: input.Limit ?? limitDefault };
      const page = accepted(rotations.list({ ...asked, ...readMarker(list, input.Marker) }));
      const entries = page.versions.map((version) => ({
        KeyId: keyArn,
        KeyMaterialId: version.materialId,
        KeyMaterialState: version.state,
        ...(version.rotation !== undefined && { RotationType: version.rotation, RotationDate: version.madeAt }),
        ...(version.brought && importedMembers(version.brought)),
      }));
      return { Rotations: entries, ...pageEnd(list, page.next) };
    },
  });

function importedMembers(brought: { isThere: boolean; expiresAt?: Date; description?: string }) {
  const { isThere, expiresAt, description } = brought;
  return {
    ...(description !== undefined && { KeyMaterialDescription: description }),
    ImportState: isThere ? ("IMPORTED" as const) : ("PENDING_IMPORT" as const),
    ...(isThere && expiresAt === undefined && { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" as const }),
    ...(expiresAt !== undefined && { ExpirationModel: "KEY_MATERIAL_EXPIRES" as const, ValidTo: expiresAt }),
  };
}
