import type { Member, Structure } from "./shape.ts";

/** Where the members of an input or output travel in HTTP. */
export interface BindingPlan {
  readonly payload: Member | undefined;
  readonly labels: readonly Member[];
  readonly headers: readonly { readonly member: Member; readonly header: string }[];
  readonly prefixHeaders: readonly { readonly member: Member; readonly prefix: string }[];
  readonly queries: readonly { readonly member: Member; readonly parameter: string }[];
  readonly queryParams: Member | undefined;
  readonly status: Member | undefined;
  /** Everything else: the document in the body. */
  readonly body: readonly Member[];
}

/** In an output, labels and query parameters are ordinary members of the body. */
export function bindingPlan(shape: Structure, direction: "input" | "output"): BindingPlan {
  const isInput = direction === "input";
  const headers: { member: Member; header: string }[] = [];
  const prefixHeaders: { member: Member; prefix: string }[] = [];
  const queries: { member: Member; parameter: string }[] = [];
  const labels: Member[] = [];
  const body: Member[] = [];
  let payload: Member | undefined;
  let queryParams: Member | undefined;
  let status: Member | undefined;
  for (const member of shape.members) {
    const traits = member.traits;
    if (traits.httpPayload === 1) payload = member;
    else if (isInput && traits.httpLabel === 1) labels.push(member);
    else if (traits.httpHeader !== undefined) headers.push({ member, header: traits.httpHeader.toLowerCase() });
    else if (traits.httpPrefixHeaders !== undefined)
      prefixHeaders.push({ member, prefix: traits.httpPrefixHeaders.toLowerCase() });
    else if (isInput && traits.httpQuery !== undefined) queries.push({ member, parameter: traits.httpQuery });
    else if (isInput && traits.httpQueryParams === 1) queryParams = member;
    else if (!isInput && traits.httpResponseCode === 1) status = member;
    else body.push(member);
  }
  return { payload, labels, headers, prefixHeaders, queries, queryParams, status, body };
}

/** The root element of a payload or of a body. */
export function rootName(shape: Structure, payload?: Member): string {
  return payload?.own.xmlName ?? shape.traits.xmlName ?? shape.name;
}
