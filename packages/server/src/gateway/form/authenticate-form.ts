import {
  AwsError,
  postPolicyFault,
  readFormClaim,
  readFormPayload,
  routedUpload,
  uncoveredPayloadOf,
  verifyFormClaim,
  type FormClaim,
  type HttpAnswer,
  type HttpRequestHead,
  type RoutedOperation,
  type Service,
} from "@strongroom/wire";
import type { Authority, Principal } from "../../access/index.ts";
import type { Arrival, Gate } from "../gate.ts";
import type { Trace } from "../trace.ts";
import { formAnswer } from "./form-answer.ts";
import { readForm } from "./read-form.ts";
import { filledIn, uploadHead } from "./upload-head.ts";

/** A browser's upload whose policy was signed and allows the form. */
export interface AuthenticatedForm {
  readonly routed: RoutedOperation<Authority>;
  readonly principal: Principal;
  /** Bounded by the policy and verified as it is read. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The head of the PUT that uploads the same. */
  readonly head: HttpRequestHead;
  /** The answer in the form that a browser asked for. */
  answered(answer: HttpAnswer): HttpAnswer;
}

/**
 * Authenticates a browser's upload: the signature over the form's policy, then every condition of that
 * policy. ② from there on it is a PutObject like any other, authorised and recorded as such.
 */
export async function authenticateForm(
  arrival: Arrival,
  gate: Gate,
  trace: Trace,
  target: { readonly service: Service<Authority>; readonly bucket: string },
): Promise<AuthenticatedForm> {
  trace.service = target.service;
  trace.operationName = "PutObject";
  const form = await readForm(contentTypeOf(arrival.head), arrival.body);
  const claim = readFormClaim(form.fields, arrival.head);
  if ("refused" in claim) throw new AwsError(claim);
  trace.accessKeyId = claim.accessKeyId;
  const principal = verify(arrival, gate, claim);
  trace.principal = principal;
  const now = gate.place.clock.now();
  trace.signature = { form: "POST", ageMs: Math.max(0, now.getTime() - claim.signedAt.getTime()) };
  // ② nothing is made of the fields before it is known who signed for them.
  const fields = filledIn(form, target.bucket);
  const fault = postPolicyFault(claim.policy, fields, now);
  if (fault !== undefined) throw denied(`Invalid according to Policy: ${fault}`);
  const key = fields.get("key") ?? "";
  if (key === "") throw invalid("UserKeyMustBeSpecified", "The bucket POST must contain a field named 'key'.");
  const head = uploadHead(arrival.head, fields);
  const claimed = readFormPayload(head);
  if ("refused" in claimed) throw new AwsError(claimed);
  const routed = routedUpload(target.service, target.bucket, key);
  if (routed === undefined) throw invalid("NotImplemented", "Uploads are not served here.");
  trace.operation = routed.operation;
  return {
    routed,
    principal,
    body: uncoveredPayloadOf(claimed, bounded(form.file, claim.policy.lengthRange)),
    head,
    answered: (answer) => formAnswer(answer, fields, { bucket: target.bucket, key, host: hostOf(arrival.head) }),
  };
}

function verify(arrival: Arrival, gate: Gate, claim: FormClaim): Principal {
  const now = gate.place.clock.now();
  const credential = gate.access.credential(claim.accessKeyId, claim.sessionToken, now);
  const secret = "secretAccessKey" in credential ? credential.secretAccessKey : undefined;
  const verdict = verifyFormClaim(arrival.head, claim, secret, { now, region: gate.place.region });
  if (credential.kind === "expired") throw invalid("ExpiredToken", "The provided token has expired.");
  if ("refused" in verdict) throw new AwsError(verdict);
  if (credential.kind !== "active") throw denied("Access denied.");
  return credential.principal;
}

/** ② the bytes that the policy allows, and no other number of them. */
async function* bounded(
  file: AsyncIterable<Uint8Array>,
  range: { readonly min: number; readonly max: number } | undefined,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of file) {
    size += part.byteLength;
    if (range !== undefined && size > range.max) {
      throw invalid("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }
    yield part;
  }
  if (range !== undefined && size < range.min) {
    throw invalid("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  }
}

const headerOf = (head: HttpRequestHead, wanted: string) => head.headers.find(([name]) => name === wanted)?.[1] ?? "";
const contentTypeOf = (head: HttpRequestHead) => headerOf(head, "content-type");
const hostOf = (head: HttpRequestHead) => headerOf(head, "host");
const denied = (message: string) => new AwsError({ code: "AccessDenied", message, status: 403 });
const invalid = (code: string, message: string) => new AwsError({ code, message, status: 400 });
