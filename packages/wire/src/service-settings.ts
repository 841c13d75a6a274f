import type { ErrorStyle } from "./error.ts";
import type { ServiceSettings } from "./service.ts";

const MIB = 1024 * 1024;

/** awsJson and restJson services. */
export const jsonErrors: ErrorStyle = {
  validation: { code: "ValidationException", status: 400 },
  serialization: { code: "SerializationException", status: 400 },
  unsupportedMember: { code: "ValidationException", status: 400 },
  unknownMember: { code: "ValidationException", status: 400 },
  accessDenied: { code: "AccessDeniedException", status: 400 },
  unknownOperation: { code: "UnknownOperationException", status: 404 },
  unservedOperation: { code: "UnknownOperationException", status: 501 },
  tooLarge: { code: "RequestEntityTooLargeException", status: 413 },
  busy: { code: "ServiceUnavailable", status: 503 },
  timeout: { code: "RequestTimeoutException", status: 408 },
  internal: { code: "InternalFailure", status: 500 },
};

/** awsQuery services. */
export const queryErrors: ErrorStyle = {
  validation: { code: "ValidationError", status: 400 },
  serialization: { code: "MalformedInput", status: 400 },
  unsupportedMember: { code: "ValidationError", status: 400 },
  unknownMember: { code: "ValidationError", status: 400 },
  accessDenied: { code: "AccessDenied", status: 403 },
  unknownOperation: { code: "InvalidAction", status: 400 },
  unservedOperation: { code: "InvalidAction", status: 400 },
  tooLarge: { code: "RequestEntityTooLarge", status: 413 },
  busy: { code: "ServiceUnavailable", status: 503 },
  timeout: { code: "RequestTimeout", status: 408 },
  internal: { code: "InternalFailure", status: 500 },
};

export const ec2Errors: ErrorStyle = {
  validation: { code: "InvalidParameterValue", status: 400 },
  serialization: { code: "InvalidParameterValue", status: 400 },
  unsupportedMember: { code: "UnsupportedOperation", status: 400 },
  unknownMember: { code: "UnknownParameter", status: 400 },
  accessDenied: { code: "UnauthorizedOperation", status: 403 },
  unknownOperation: { code: "InvalidAction", status: 400 },
  unservedOperation: { code: "UnsupportedOperation", status: 400 },
  tooLarge: { code: "RequestEntityTooLarge", status: 413 },
  busy: { code: "ServiceUnavailable", status: 503 },
  timeout: { code: "RequestTimeout", status: 408 },
  internal: { code: "InternalError", status: 500 },
};

export const s3Errors: ErrorStyle = {
  validation: { code: "InvalidArgument", status: 400 },
  serialization: { code: "MalformedXML", status: 400 },
  emptyBody: { code: "MissingRequestBodyError", status: 400 },
  unsupportedMember: { code: "NotImplemented", status: 501 },
  unknownMember: { code: "MalformedXML", status: 400 },
  accessDenied: { code: "AccessDenied", status: 403 },
  unknownOperation: { code: "MethodNotAllowed", status: 405 },
  unservedOperation: { code: "NotImplemented", status: 501 },
  tooLarge: { code: "EntityTooLarge", status: 400 },
  busy: { code: "SlowDown", status: 503 },
  timeout: { code: "RequestTimeout", status: 400 },
  internal: { code: "InternalError", status: 500 },
};

const json = (name: string, targetPrefix: string, rest: Partial<ServiceSettings> = {}): ServiceSettings => ({
  name,
  signingName: name,
  protocol: "awsJson1_1",
  targetPrefix,
  errors: jsonErrors,
  bodyBytesMax: 4 * MIB,
  ...rest,
});

/** The settings of the services, as the official clients address them. */
export const awsServices = {
  sagemaker: json("sagemaker", "SageMaker"),
  sagemakerRuntime: {
    name: "sagemaker-runtime",
    signingName: "sagemaker",
    protocol: "restJson1",
    errors: jsonErrors,
    // The largest payload of InvokeEndpoint.
    bodyBytesMax: 6 * MIB,
  },
  kms: json("kms", "TrentService"),
  cloudtrail: json("cloudtrail", "CloudTrail_20131101"),
  // A commit may carry several files of up to 6 MB.
  codecommit: json("codecommit", "CodeCommit_20150413", { bodyBytesMax: 32 * MIB }),
  logs: json("logs", "Logs_20140328"),
  organizations: json("organizations", "AWSOrganizationsV20161128"),
  events: json("events", "AWSEvents"),
  iam: {
    name: "iam",
    signingName: "iam",
    protocol: "awsQuery",
    apiVersion: "2010-05-08",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    errors: queryErrors,
    bodyBytesMax: MIB,
  },
  sts: {
    name: "sts",
    signingName: "sts",
    protocol: "awsQuery",
    apiVersion: "2011-06-15",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    errors: queryErrors,
    bodyBytesMax: MIB,
  },
  ec2: {
    name: "ec2",
    signingName: "ec2",
    protocol: "ec2Query",
    apiVersion: "2016-11-15",
    xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    errors: ec2Errors,
    bodyBytesMax: MIB,
  },
  s3: {
    name: "s3",
    signingName: "s3",
    protocol: "restXml",
    apiVersion: "2006-03-01",
    xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    errors: s3Errors,
    buckets: true,
    // DeleteObjects with 1,000 long keys, a bucket policy, a list of 10,000 parts.
    bodyBytesMax: 4 * MIB,
  },
} as const satisfies Readonly<Record<string, ServiceSettings>>;
