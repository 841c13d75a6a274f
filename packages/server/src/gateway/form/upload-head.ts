import { AwsError, headerText, type HttpRequestHead, taggingHeaderOf } from "@strongroom/wire";
import { fieldsBytesMax, tooMuchBefore, type Form } from "./read-form.ts";

/** Fields that say something of the object, under the header's name that says the same in a PUT. */
const headerOf: Readonly<Record<string, string>> = {
  acl: "x-amz-acl",
  "content-type": "content-type",
  "cache-control": "cache-control",
  "content-disposition": "content-disposition",
  "content-encoding": "content-encoding",
  "content-md5": "content-md5",
  expires: "expires",
};

/** Fields of the signature and of the answer, which say nothing of the object. */
const ofTheForm = new Set([
  "policy",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-signature",
  "x-amz-security-token",
]);

const aboutObject =
  /^x-amz-(meta-.+|storage-class|website-redirect-location|server-side-encryption(-.+)?|checksum-.+|sdk-checksum-algorithm|object-lock-.+)$/;

/**
 * The form's fields with `${filename}` filled in, as its policy is to see them. Throws where they get longer by it
 * than what may stand before a file.
 */
export function filledIn({ fields, fileName }: Form, bucket: string): ReadonlyMap<string, string> {
  const filled = new Map<string, string>();
  let bytes = 0;
  for (const [name, value] of fields) {
    // A name as it is: given as text, `$&` and the like in it would stand for something else.
    const whole = value.replaceAll("${filename}", () => fileName);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(whole);
    if (bytes > fieldsBytesMax) throw tooMuchBefore();
    filled.set(name, whole);
  }
  filled.set("bucket", bucket);
  return filled;
}

/** The head of the PUT that would upload the same. Throws where a field says what an upload does not support. */
export function uploadHead(head: HttpRequestHead, fields: ReadonlyMap<string, string>): HttpRequestHead {
  const headers = head.headers.filter(([name]) => name === "host" || name === "user-agent");
  for (const [field, value] of fields) {
    const header = aboutObject.test(field) ? field : headerOf[field];
    if (header !== undefined) headers.push([header, headerValue(field, value)]);
    else if (field === "tagging") headers.push(["x-amz-tagging", taggingHeader(value)]);
    else if (field.startsWith("x-amz-") && !ofTheForm.has(field)) {
      throw new AwsError({
        code: "NotImplemented",
        message: `The form field ${field.slice(0, 64)} is not supported here.`,
        status: 501,
      });
    }
  }
  return { ...head, headers };
}

/** ② tags get into the header that the write's permissions are made of, so they are decided like any write's. */
function taggingHeader(document: string): string {
  const header = taggingHeaderOf(document);
  if (header !== undefined) return header;
  const message = "The XML you provided was not well-formed or did not validate against our published schema";
  throw new AwsError({ code: "MalformedXML", message, status: 400 });
}

/** A header's bytes as they come off the wire, one character each. */
function headerValue(field: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- they are what must not get into a header
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw new AwsError({
      code: "InvalidArgument",
      message: `The form field ${field.slice(0, 64)} holds control characters.`,
      status: 400,
    });
  }
  return headerText(value);
}
