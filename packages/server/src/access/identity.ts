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

export interface Group {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** AGPA…; never used twice. */
  readonly id: string;
  readonly createdAt: number;
}

/** What hands a role to a machine: at most one role. */
export interface InstanceProfile {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** AIPA…; never used twice. */
  readonly id: string;
  readonly createdAt: number;
  readonly tags: Tags;
  readonly roleName: string | undefined;
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
  /** The document of the default version, which is the one that counts. */
  readonly document: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  /** When a version was last added or made the default. */
  readonly updatedAt: number;
  readonly defaultVersion: number;
  readonly tags: Tags;
}

/** One document of a managed policy. Its number (`v3` to clients) is never used twice for the same policy. */
export interface PolicyVersion {
  readonly number: number;
  readonly document: string;
  readonly createdAt: number;
  readonly isDefault: boolean;
}

/** Who a policy belongs to or is attached to. */
export interface Owner {
  readonly kind: "user" | "role" | "group";
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
