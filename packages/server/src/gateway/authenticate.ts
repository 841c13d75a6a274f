import {
  AwsError,
  formUploadTarget,
  type HttpAnswer,
  type HttpRequestHead,
  payloadOf,
  readClaim,
  refusalOfHead,
  route,
  verifyClaim,
  type Claim,
  type RoutedOperation,
  type Service,
} from "@strongroom/wire";
import { anonymous, limitOfSession, type Authority, type Credential, type Principal } from "../access/index.ts";
import { largeBody } from "./large-body.ts";
import { collectBody, type Bounded } from "./collect-body.ts";
import { authenticateForm } from "./form/authenticate-form.ts";
import type { Arrival, Gate } from "./gate.ts";
import { signatureFacts } from "./signature-facts.ts";
import type { Trace } from "./trace.ts";
import { unsignedRequest } from "./unsigned-request.ts";

/** A request whose signature held, routed to an operation that is served. */
export interface Authenticated {
  readonly routed: RoutedOperation<Authority>;
  readonly principal: Principal;
  /** Verified bytes; for a streaming operation they are verified as they are read. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /** Where the request's own head does not say what is asked for, as with a browser's form: the one that does. */
  readonly head?: HttpRequestHead;
  /** To be called once the body was used to its end, and by nothing any more: its memory serves the next one. */
  readonly used?: () => void;
  /** Puts the answer into another form than the operation's. */
  readonly answered?: (answer: HttpAnswer) => HttpAnswer;
}

/**
 * Finds the operation and verifies the signature, the body's included. What it learns on the way it
 * writes into the trace, so that a refusal is recorded with all that is known.
 * Throws AwsError with the code that the asked service would give.
 */
export async function authenticate(arrival: Arrival, gate: Gate, trace: Trace): Promise<Authenticated> {
  const form = formUploadTarget(gate.services, arrival.head);
  if (form !== undefined) {
    refuseWrongEndpoint(arrival, form.service);
    return await authenticateForm(arrival, gate, trace, form);
  }
  const claim = readClaim(arrival.head);
  if ("refused" in claim) {
    const unsigned = claim.reason === "unsigned" ? await unsignedRequest(arrival, gate) : undefined;
    if (unsigned !== undefined) {
      refuseWrongEndpoint(arrival, unsigned.routed.service);
      trace.service = unsigned.routed.service;
      learn(trace, unsigned.routed, anonymous);
      return { ...unsigned, principal: anonymous };
    }
    // Told in the form of the service that the request looks to be for.
    trace.service = route(gate.services, arrival.head, undefined).service;
    throw new AwsError(claim);
  }
  trace.accessKeyId = claim.accessKeyId;
  trace.signature = signatureFacts(claim, arrival.head, gate.place.clock.now());
  const first = route(gate.services, arrival.head, claim.scope.service);
  trace.service = first.service;
  if (first.kind === "refused") {
    trace.operationName = first.operationName;
    throw first.error;
  }
  refuseWrongEndpoint(arrival, first.service);
  if (first.kind === "operation" && first.streamsInput) {
    const { principal, signingKey } = verify(arrival, gate, claim, first.service);
    learn(trace, first, principal);
    const large = largeBody(arrival.head, claim, arrival.body);
    const body = payloadOf(claim, signingKey, large?.source ?? arrival.body, large);
    return { routed: first, principal, body, used: () => large?.release() };
  }
  const { principal, body } =
    claim.payload.mode.kind === "hash-of-body"
      ? await verifyWithBody(arrival, gate, claim, first)
      : await verifyThenBody(arrival, gate, claim, first);
  const routed = first.kind === "operation" ? first : first.finish(body);
  if (routed.kind === "refused") {
    trace.operationName = routed.operationName;
    trace.principal = principal;
    throw routed.error;
  }
  learn(trace, routed, principal);
  refuseLimitedSession(routed, principal);
  return { routed, principal, body };
}

function learn(trace: Trace, routed: RoutedOperation<Authority>, principal: Principal): void {
  trace.operationName = routed.operation.name;
  trace.operation = routed.operation;
  trace.principal = principal;
}

interface WithBody {
  readonly principal: Principal;
  readonly body: Uint8Array;
}

async function verifyThenBody(arrival: Arrival, gate: Gate, claim: Claim, routed: Bounded): Promise<WithBody> {
  const { principal, signingKey } = verify(arrival, gate, claim, routed.service);
  return { principal, body: await collectBody(payloadOf(claim, signingKey, arrival.body), routed) };
}

/** Where the body must be hashed before anything is known it is read first, once the head alone refuses nothing. */
async function verifyWithBody(arrival: Arrival, gate: Gate, claim: Claim, routed: Bounded): Promise<WithBody> {
  const { service } = routed;
  const credential = credentialOf(gate, claim);
  const refused = refusalOfHead(arrival.head, claim, optionsFor(gate, service));
  if (refused !== undefined) throw new AwsError(overSession(credential.kind, service) ?? refused);
  // ② the body of a key that nobody has is read and hashed like any other, so that its answer tells nothing more, but
  // not kept; nor is the key looked up again.
  const keep = "secretAccessKey" in credential;
  const { body, sha256: bodySha256 } = await gate.unverified.read(arrival.body, routed, keep);
  const { principal } = verify(arrival, gate, claim, service, {
    bodySha256,
    credential: body === undefined ? credential : credentialOf(gate, claim),
  });
  if (body === undefined) throw new Error("a body that was not kept was vouched for");
  return { principal, body };
}

const credentialOf = (gate: Gate, { accessKeyId, sessionToken }: Claim): Credential =>
  gate.access.credential(accessKeyId, sessionToken, gate.place.clock.now());

const optionsFor = ({ place }: Gate, service: Service<Authority>) => ({
  now: place.clock.now(),
  region: place.region,
  service: service.signingName,
  pathStyle: service.name === "s3" ? ("s3" as const) : ("normalized" as const),
});

function verify(
  arrival: Arrival,
  gate: Gate,
  claim: Claim,
  service: Service<Authority>,
  known: { readonly bodySha256?: string; readonly credential?: Credential } = {},
): { principal: Principal; signingKey: Uint8Array } {
  const { bodySha256, credential = credentialOf(gate, claim) } = known;
  // ② whether the key is unknown or the signature wrong is not told apart.
  const secret = "secretAccessKey" in credential ? credential.secretAccessKey : undefined;
  const options = optionsFor(gate, service);
  const verdict = verifyClaim(arrival.head, claim, secret, {
    ...options,
    ...(bodySha256 === undefined ? {} : { bodySha256 }),
  });
  if ("refused" in verdict) throw new AwsError(overSession(credential.kind, service) ?? verdict);
  if (credential.kind !== "active")
    throw new AwsError({ code: "AccessDenied", message: "Access denied.", status: 403 });
  gate.access.lastUsed.note(credential.principal, service.signingName, gate.place.region, options.now);
  return { principal: credential.principal, signingKey: verdict.signingKey };
}

/** A session that is over is named as such, to whoever has its token: SDKs fetch new credentials on this code. */
function overSession(
  kind: Credential["kind"],
  service: Service<Authority>,
): { code: string; message: string; status: number } | undefined {
  if (kind !== "expired" && kind !== "ended") return undefined;
  const code = service.name === "s3" ? "ExpiredToken" : "ExpiredTokenException";
  const how = kind === "expired" ? "is expired" : "was revoked";
  return { code, message: `The security token included in the request ${how}`, status: 403 };
}

/** ② sessions of a user, and of those whom a user vouches for, are not for managing who may do what. */
function refuseLimitedSession({ service, operation }: RoutedOperation<Authority>, principal: Principal): void {
  const limit = limitOfSession(principal, service.name, operation.name);
  if (limit !== undefined) throw new AwsError({ ...limit, status: 403 });
}

/** ① each VPC endpoint carries one service; the way to another is to make its endpoint. */
function refuseWrongEndpoint({ carries }: Arrival, service: Service<Authority>): void {
  if (carries === undefined || carries.services.includes(service.name)) return;
  throw new AwsError({
    ...service.errors.accessDenied,
    message: `The VPC endpoint ${carries.vpceId} carries ${carries.serviceName} only; send requests for ${service.name} to the VPC's endpoint of that service, or create it.`,
  });
}
