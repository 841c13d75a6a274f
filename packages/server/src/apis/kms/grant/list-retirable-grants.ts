import { ListRetirableGrantsCommand } from "@aws-sdk/client-kms";
import { integer, text } from "@strongroom/wire";
import { isGrantPrincipal } from "../../../encryption/index.ts";
import type { Grants, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { invalidArn, validationError } from "../kms-error.ts";
import { pageEnd, readMarker } from "../page-marker.ts";
import { grantEntry } from "./grant-entry.ts";

const limitDefault = 50;

/**
 * The resource that is decided on is the retiring principal, as in AWS; no key is.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html
 */
export const listRetirableGrants = (keys: Pick<Keys, "arnNamed">, grants: Pick<Grants, "listRetirable" | "told">) =>
  operation(ListRetirableGrantsCommand, {
    members: {
      RetiringPrincipal: text({ min: 1, max: 256 }),
      Limit: integer({ min: 1, max: 100 }),
      Marker: text({ min: 1, max: 1024 }),
    },
    permissions: ({ RetiringPrincipal }) => [
      { action: "kms:ListRetirableGrants", resource: retiringArn(RetiringPrincipal) },
    ],
    mutates: false,
    handle: (input) => {
      const retiring = retiringArn(input.RetiringPrincipal);
      const after = readMarker("retirable grants", input.Marker);
      const page = grants.listRetirable({ retiring, limit: input.Limit ?? limitDefault, ...after });
      return {
        Grants: page.grants.map((grant) => grantEntry(keys, grants, grant)),
        ...pageEnd("retirable grants", page.next),
      };
    },
  });

function retiringArn(arn: string | undefined): string {
  if (arn === undefined) throw validationError("RetiringPrincipal is missing");
  if (!isGrantPrincipal(arn)) throw invalidArn(arn);
  return arn;
}
