import { EnablePolicyTypeCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { rootAnswer } from "../answer.ts";
import { policyType, rootId } from "../members.ts";
import { raise } from "../organizations-error.ts";
import { onPolicies } from "../permission.ts";
import { demandRootId } from "./root.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html */
export const enablePolicyType = (organization: Organization) =>
  operation(EnablePolicyTypeCommand, {
    members: { RootId: rootId, PolicyType: policyType },
    permissions: ({ RootId }) => onPolicies(organization, "EnablePolicyType", RootId),
    handle: ({ RootId }) => {
      demandRootId(organization, RootId);
      raise(organization.policies.enable());
      return { Root: rootAnswer(organization) };
    },
  });
