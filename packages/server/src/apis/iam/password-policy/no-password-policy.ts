import { NoSuchEntityException } from "@aws-sdk/client-iam";

export function noPasswordPolicy(accountId: string): NoSuchEntityException {
  const message = `The Password Policy with domain name ${accountId} cannot be found.`;
  return new NoSuchEntityException({ message, $metadata: {} });
}
