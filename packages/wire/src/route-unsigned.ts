import type { HttpRequestHead } from "./http.ts";
import type { Operation } from "./operation.ts";
import { route, type RoutedByBody, type RoutedOperation } from "./route.ts";
import type { Service } from "./service.ts";

/**
 * What a request without a signature may be for: operations that say they take one, and, where the body
 * names the operation, services that have such an operation. Everything else needs a signature.
 */
export function routeUnsigned<A>(
  services: readonly Service<A>[],
  head: HttpRequestHead,
): readonly (RoutedOperation<A> | RoutedByBody<A>)[] {
  return services
    .filter((service) => [...service.operations.values()].some(takesUnsigned))
    .flatMap((service): readonly (RoutedOperation<A> | RoutedByBody<A>)[] => {
      const routed = route([service], head, service.signingName);
      if (routed.kind === "named-in-body") return isForm(head) ? [routed] : [];
      return routed.kind === "operation" && takesUnsigned(routed.operation) ? [routed] : [];
    });
}

export function takesUnsigned<A>({ unsignedBecause }: Operation<A>): boolean {
  return unsignedBecause !== undefined;
}

function isForm({ headers }: HttpRequestHead): boolean {
  return headers.some(([name, value]) => {
    return name === "content-type" && value.startsWith("application/x-www-form-urlencoded");
  });
}
