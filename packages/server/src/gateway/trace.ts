import type { Operation, Service } from "@strongroom/wire";
import type { Authority, Principal } from "../access/index.ts";

/** What is known of a request so far: the material of its audit records. */
export interface Trace {
  readonly requestId: string;
  readonly startedAt: Date;
  service: Service<Authority> | undefined;
  operationName: string | undefined;
  operation: Operation<Authority> | undefined;
  principal: Principal | undefined;
  accessKeyId: string | undefined;
  input: object | undefined;
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
    input: undefined,
  };
}
