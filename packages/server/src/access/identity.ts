/** Who exists in the account. Times are epoch milliseconds. */
export type Tags = Readonly<Record<string, string>>;

export interface Identity {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** AIDA… for users, AROA… for roles; never used twice. */
  readonly id: string;
  readonly createdAt: number;
  readonly boundaryArn: string | undefined;
  readonly tags: Tags;
}

export type User = Identity;

export interface Role extends Identity {
  /** The trust policy, as JSON text. */
  readonly trustPolicy: string;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
}

export interface AccessKey {
  readonly id: string;
  readonly userName: string;
  readonly active: boolean;
  readonly createdAt: number;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly document: string;
  readonly description: string | undefined;
  readonly createdAt: number;
}

/** Who a policy belongs to or is attached to. */
export interface Owner {
  readonly kind: "user" | "role";
  readonly name: string;
}

/** A part of a sorted list; `after` is the name that the part before ended with. */
export interface PageRequest {
  readonly pathPrefix?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** A page out of rows that were read with one more than the limit. */
export function pageOf<T>(rows: readonly T[], limit: number): Page<T> {
  return { items: rows.slice(0, limit), more: rows.length > limit };
}
