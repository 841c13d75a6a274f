import type { ErrorStyle } from "./error.ts";
import type { Operation } from "./operation.ts";
import { type OperationCodec, operationCodec } from "./operation-codec.ts";
import { type OperationSchema, readOperationSchema } from "./schema.ts";

export type Protocol = "awsJson1_1" | "awsJson1_0" | "awsQuery" | "ec2Query" | "restXml" | "restJson1";

/** For an operation and what is wrong with a member, its innermost step first; undefined where the service has no code. */
export type FaultCode = (
  operation: string,
  wrong: { readonly steps: readonly string[]; readonly isMissing: boolean },
) => string | undefined;

export interface ServiceSettings {
  readonly name: string;
  /** The service in the credential scope of a signature. SageMaker and its runtime share one. */
  readonly signingName: string;
  readonly protocol: Protocol;
  /** awsJson: what stands before the dot in X-Amz-Target. */
  readonly targetPrefix?: string;
  /** The prefix of its IAM actions, where it is not the signing name. */
  readonly actionPrefix?: string;
  readonly apiVersion?: string;
  readonly xmlNamespace?: string;
  /** S3: requests name a bucket in path or host, and errors are a bare `<Error>`. */
  readonly buckets?: boolean;
  readonly errors: ErrorStyle;
  /** A service that has codes for the members of its inputs: which one, where a limit of theirs is broken. */
  readonly faultCode?: FaultCode;
  /** The longest body that is read into memory; streaming members are not bounded by it. */
  readonly bodyBytesMax: number;
}

/** What an audit record says of a call beside its parameters. */
export interface RecordedAs {
  /** It is about what is inside of things, as CloudTrail's data events are; else about the things. */
  readonly isData: boolean;
  readonly resources: readonly { readonly ARN: string; readonly type: string; readonly accountId?: string }[];
}

/** For an operation of the service and an input that was decoded for it. */
export type RecordsAs = (operation: string, input: object, accountId: string) => RecordedAs;

export interface Service<A = unknown> extends ServiceSettings {
  readonly operations: ReadonlyMap<string, Operation<A>>;
  /** Every operation that the client package knows, served or not. */
  readonly known: ReadonlyMap<string, OperationSchema>;
  /** The readers and writers of the served operations. */
  readonly codecs: ReadonlyMap<string, OperationCodec>;
  /** The schemas of the modelled errors by their shape name. */
  readonly errorSchemas: ReadonlyMap<string, readonly unknown[]>;
  /** Absent: its records name no resources, and are about management. */
  readonly recordedAs?: RecordsAs;
}

/**
 * A service: its settings (`awsServices.kms`), everything its client package exports
 * (`import * as client from "@aws-sdk/client-kms"`), and the operations that are served.
 */
export function service<A>(
  settings: ServiceSettings,
  client: Readonly<Record<string, unknown>>,
  operations: readonly Operation<A>[],
  recordedAs?: RecordsAs,
): Service<A> {
  const known = new Map<string, OperationSchema>();
  const errorSchemas = new Map<string, readonly unknown[]>();
  for (const value of Object.values(client)) {
    const schema = readOperationSchema(value);
    if (schema !== undefined) known.set(schema.name, schema);
    else if (Array.isArray(value) && value[0] === -3) errorSchemas.set(String(value[2]), value);
  }
  const served = new Map<string, Operation<A>>();
  const codecs = new Map<string, OperationCodec>();
  for (const operation of operations) {
    if (!known.has(operation.name)) throw new TypeError(`${settings.name} has no ${operation.name}`);
    if (served.has(operation.name)) throw new TypeError(`${operation.name} is served twice`);
    served.set(operation.name, operation);
    codecs.set(operation.name, operationCodec(settings, operation.schema, operation));
  }
  const described = recordedAs === undefined ? {} : { recordedAs };
  return { ...settings, ...described, operations: served, known, codecs, errorSchemas };
}

export interface OperationRow {
  readonly name: string;
  readonly served: boolean;
  readonly readOnly: boolean | undefined;
  readonly actions: readonly string[];
}

/** Every operation that the service's model knows, for the compatibility table, by name. */
export function operationsOf(of: Service): OperationRow[] {
  const prefix = of.actionPrefix ?? of.signingName;
  return [...of.known.keys()].sort().map((name) => {
    const operation = of.operations.get(name);
    const none = operation?.openBecause !== undefined;
    return {
      name,
      served: operation !== undefined,
      readOnly: operation && !operation.mutates,
      actions: none ? [] : (operation?.actions ?? [`${prefix}:${name}`]),
    };
  });
}
