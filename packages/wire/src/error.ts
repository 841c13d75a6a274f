/** A refusal with a code of AWS's that no exception class models (S3's, EC2's, ValidationException). */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;
  /** Further elements of the error document, by name. */
  readonly extra: Readonly<Record<string, string>>;
  /** Headers that go with the error, for what its document has no room for. */
  readonly headers: readonly (readonly [string, string])[];
  constructor(x: {
    code: string;
    message: string;
    status: number;
    extra?: Record<string, string>;
    headers?: readonly (readonly [string, string])[];
  }) {
    super(x.message);
    this.code = x.code;
    this.status = x.status;
    this.extra = x.extra ?? {};
    this.headers = x.headers ?? [];
  }
}

export interface ErrorName {
  readonly code: string;
  readonly status: number;
}

/** What one service calls the refusals that every service has. */
export interface ErrorStyle {
  /** A value that breaks a limit, or a required member that is missing. */
  readonly validation: ErrorName;
  /** A body or parameter that cannot be read as what the model says. */
  readonly serialization: ErrorName;
  /** No body where a document has to be, if the service tells it from other missing members. */
  readonly emptyBody?: ErrorName;
  /** A member that exists but is not supported here. */
  readonly unsupportedMember: ErrorName;
  /** A member that the service's model does not have. */
  readonly unknownMember: ErrorName;
  readonly accessDenied: ErrorName;
  /** A name that the service's model does not know. */
  readonly unknownOperation: ErrorName;
  /** An operation that the model knows and that is not served here. */
  readonly unservedOperation: ErrorName;
  readonly tooLarge: ErrorName;
  /** The server has too much to do at the moment; clients try again. */
  readonly busy: ErrorName;
  /** The body took too long; clients try again. */
  readonly timeout: ErrorName;
  readonly internal: ErrorName;
}
