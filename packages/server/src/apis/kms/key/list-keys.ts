import { ListKeysCommand } from "@aws-sdk/client-kms";
import { integer, text } from "@strongroom/wire";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { pageEnd, readMarker } from "../page-marker.ts";

const limitDefault = 100;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const listKeys = (keys: Pick<Keys, "list">) =>
  operation(ListKeysCommand, {
    members: { Limit: integer({ min: 1, max: 1000 }), Marker: text({ min: 1, max: 1024 }) },
    permissions: () => [{ action: "kms:ListKeys", resource: "*" }],
    mutates: false,
    handle: (input) => {
      const page = keys.list({ limit: input.Limit ?? limitDefault, ...readMarker("keys", input.Marker) });
      return {
        Keys: page.keys.map(({ keyId, keyArn }) => ({ KeyId: keyId, KeyArn: keyArn })),
        ...pageEnd("keys", page.next),
      };
    },
  });
