import type { HttpAnswer } from "@strongroom/wire";

interface Uploaded {
  readonly bucket: string;
  readonly key: string;
  readonly host: string;
}

/**
 * What a browser is told after its upload: a redirection where the form asks for one, else the status
 * that it asks for (200, 201 with a document, or 204).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function formAnswer(
  answer: HttpAnswer,
  fields: ReadonlyMap<string, string>,
  { bucket, key, host }: Uploaded,
): HttpAnswer {
  const etag = answer.headers.find(([name]) => name.toLowerCase() === "etag")?.[1] ?? "";
  const headers = answer.headers.filter(([name]) => !/^content-(length|type)$/i.test(name));
  const location = `https://${host}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const redirection = redirectionOf(fields);
  if (redirection !== undefined) {
    for (const [name, value] of Object.entries({ bucket, key, etag })) redirection.searchParams.append(name, value);
    return { ...answer, status: 303, headers: [...headers, ["location", redirection.href]], body: Buffer.alloc(0) };
  }
  const status = { "200": 200, "201": 201 }[fields.get("success_action_status") ?? ""] ?? 204;
  headers.push(["location", location]);
  if (status !== 201) return { ...answer, status, headers, body: Buffer.alloc(0) };
  const elements = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  const xml = Object.entries(elements).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
  const document = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${xml.join("")}</PostResponse>`;
  return { ...answer, status, headers: [...headers, ["content-type", "application/xml"]], body: Buffer.from(document) };
}

/** As in S3, a redirection that is no address is passed over. */
function redirectionOf(fields: ReadonlyMap<string, string>): URL | undefined {
  const text = fields.get("success_action_redirect") ?? fields.get("redirect");
  const address = text === undefined ? null : URL.parse(text);
  return address !== null && /^https?:$/.test(address.protocol) ? address : undefined;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
