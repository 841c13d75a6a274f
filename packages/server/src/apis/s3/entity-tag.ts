/** Entity tags are quoted on the wire. */
export const quoted = (etag: string): string => `"${etag}"`;

/** An entity tag as clients send it: with quotes, without, or with quotes as XML entities that were escaped twice. */
export const unquoted = (etag: string): string => etag.replaceAll("&quot;", "").replaceAll('"', "");
