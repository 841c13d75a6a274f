import type { Operation, Service } from "@strongroom/wire";
import type { Authority, Principal, SignatureFacts } from "../access/index.ts";
import { RequestLog } from "./key-uses.ts";

/** What is known of a request so far: the material of its audit records. */
export interface Trace {
  readonly requestId: string;
  readonly startedAt: Date;
  service: Service<Authority> | undefined;
  operationName: string | undefined;
  operation: Operation<Authority> | undefined;
  principal: Principal | undefined;
  accessKeyId: string | undefined;
  signature: SignatureFacts | undefined;
  input: object | undefined;
  /** What was decided on the way, by the road and by whatever handled the request, and what was done with keys. */
  readonly decisions: RequestLog;
}

export function newTrace(requestId: string, startedAt: Date): Trace {
  return {
    requestId,
    startedAt,
    service: undefined,
    operationName: undefined,
    operation: undefined,
    principal: undefined,
    accessKeyId: undefined,
    signature: undefined,
    input: undefined,
    decisions: new RequestLog(),
  };
}
