import type { Access, Authority, Origin } from "../access/index.ts";
import type { Repositories } from "../artifacts/index.ts";
import type { Trail } from "../audit/index.ts";
import type { Clock, Log } from "../platform/index.ts";
import type { AwsError, HttpAnswer, HttpRequestHead, Service } from "@strongroom/wire";
import type { UnverifiedBodies } from "./unverified-bodies.ts";

/** A request as it came off a socket, its body unread. */
export interface Arrival {
  readonly head: HttpRequestHead;
  readonly body: AsyncIterable<Uint8Array>;
  readonly origin: Origin;
  /** The services that the VPC endpoint carries which the request came through; undefined on the host's own port. */
  readonly carries: EndpointCarries | undefined;
  /** `1.2` or `1.3`, of the socket; undefined where it speaks no TLS. */
  readonly tlsVersion?: string | undefined;
  /** Where the server itself makes the call for a rule; it is never read off a request. */
  readonly onBehalf?: OnBehalf | undefined;
  readonly signal: AbortSignal;
}

/** Which service makes a call for somebody, and why. */
export interface OnBehalf {
  /** `events` */
  readonly service: string;
  readonly reason: string;
}

export interface EndpointCarries {
  readonly vpceId: string;
  /** `com.amazonaws.<region>.s3`, … */
  readonly serviceName: string;
  /** Names of services of this server, such as `s3` or `sagemaker-runtime`. */
  readonly services: readonly string[];
}

/** Everything that the road needs of the house. */
export interface Gate {
  readonly services: readonly Service<Authority>[];
  readonly access: Pick<Access, "credential" | "authorityFor" | "authorizationMessages" | "lastUsed">;
  readonly trail: Pick<Trail, "record">;
  readonly repositories: Pick<Repositories, "gitRequest">;
  readonly unverified: UnverifiedBodies;
  /** What pages of other origins may do with buckets; absent where none may do anything. */
  readonly crossOrigin?: CrossOrigin;
  readonly place: Place;
  readonly log: Log;
}

export interface Place {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
}

/** What browsers are told about pages of other origins: in answer to a preflight, and with other answers. */
export interface CrossOrigin {
  /** The headers that answer a preflight; AwsError where the bucket's rules do not allow it; undefined where it is none. */
  preflight(head: HttpRequestHead): HttpAnswer["headers"] | AwsError | undefined;
  /** The headers that go with the answer to a request for S3 that a page of another origin made. */
  headersFor(head: HttpRequestHead): HttpAnswer["headers"];
}
