import { flag, given, integer, list, text, timestamp } from "@strongroom/wire";

const tag = { Key: text(), Value: text() };
const sizes = { ObjectSizeGreaterThan: integer(), ObjectSizeLessThan: integer() };

/** Transitions between storage classes are not among them: there is one class. */
export const ruleMembers = {
  ID: text(),
  // What is no status has an error of its own.
  Status: given,
  Prefix: text(),
  Filter: { Prefix: text(), Tag: tag, ...sizes, And: { Prefix: text(), Tags: list<typeof tag>(tag), ...sizes } },
  Expiration: { Date: timestamp(), Days: integer(), ExpiredObjectDeleteMarker: flag() },
  NoncurrentVersionExpiration: { NoncurrentDays: integer(), NewerNoncurrentVersions: integer() },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: integer() },
};

interface GivenTag {
  readonly Key: string;
  readonly Value: string;
}
interface GivenSizes {
  readonly ObjectSizeGreaterThan?: number;
  readonly ObjectSizeLessThan?: number;
}
export interface GivenAnd extends GivenSizes {
  readonly Prefix?: string;
  readonly Tags?: readonly GivenTag[];
}
export interface GivenFilter extends GivenSizes {
  readonly Prefix?: string;
  readonly Tag?: GivenTag;
  readonly And?: GivenAnd;
}
export interface GivenExpiration {
  readonly Date?: Date;
  readonly Days?: number;
  readonly ExpiredObjectDeleteMarker?: boolean;
}

/** A rule as a request brings it. */
export interface GivenRule {
  readonly ID?: string;
  readonly Status: string;
  readonly Prefix?: string;
  readonly Filter?: GivenFilter;
  readonly Expiration?: GivenExpiration;
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number;
    readonly NewerNoncurrentVersions?: number;
  };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number };
}
