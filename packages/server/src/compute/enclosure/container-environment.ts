import type { Attached } from "../network/index.ts";
import { certificatesInside } from "../sandbox/index.ts";

/** The variable of the AWS clients for each endpoint service of EC2's naming. */
const variables: Readonly<Record<string, string>> = {
  s3: "S3",
  kms: "KMS",
  sts: "STS",
  logs: "CLOUDWATCH_LOGS",
  monitoring: "CLOUDWATCH",
  ec2: "EC2",
  iam: "IAM",
  cloudtrail: "CLOUDTRAIL",
  codecommit: "CODECOMMIT",
  "git-codecommit": "GIT_CODECOMMIT",
  "sagemaker.api": "SAGEMAKER",
  "sagemaker.runtime": "SAGEMAKER_RUNTIME",
};

/**
 * What the AWS clients, git, curl and Node need to find and trust the endpoints of the network that the
 * sandbox is attached to. `relativeUri` is absent where the sandbox gets no credentials.
 */
export function containerEnvironment(
  region: string,
  network: Pick<Attached, "endpoints">,
  relativeUri: string | undefined,
): Record<string, string> {
  const environment: Record<string, string> = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CA_BUNDLE: certificatesInside,
    NODE_EXTRA_CA_CERTS: certificatesInside,
    CURL_CA_BUNDLE: certificatesInside,
    REQUESTS_CA_BUNDLE: certificatesInside,
    GIT_SSL_CAINFO: certificatesInside,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  for (const { service, address } of network.endpoints) {
    const name = variables[service] ?? service.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase();
    environment[`AWS_ENDPOINT_URL_${name}`] ??= `https://${address}`;
  }
  // Git speaks to its own endpoint; with no other of CodeCommit's, that one is meant.
  const git = environment["AWS_ENDPOINT_URL_GIT_CODECOMMIT"];
  if (git !== undefined) environment["AWS_ENDPOINT_URL_CODECOMMIT"] ??= git;
  if (relativeUri !== undefined) environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = relativeUri;
  return environment;
}
