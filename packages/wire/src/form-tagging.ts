import { parseXml, type XmlElement } from "./xml-parser.ts";
import { Malformed } from "./malformed.ts";

/**
 * The `tagging` field of a browser's form, an XML document, as the x-amz-tagging header says the same:
 * a URL query. undefined where the document is not a set of tags.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function taggingHeaderOf(document: string): string | undefined {
  const root = parsed(document);
  const [tagSet, ...others] = root?.children ?? [];
  if (root?.name !== "Tagging" || tagSet?.name !== "TagSet" || others.length > 0) return undefined;
  const header = new URLSearchParams();
  for (const tag of tagSet.children) {
    const key = textOf(tag, "Key");
    const value = textOf(tag, "Value");
    if (tag.name !== "Tag" || tag.children.length !== 2 || key === undefined || value === undefined) return undefined;
    header.append(key, value);
  }
  return header.toString();
}

const textOf = ({ children }: XmlElement, name: string): string | undefined =>
  children.find((child) => child.name === name)?.text;

function parsed(document: string): XmlElement | undefined {
  try {
    return parseXml(document);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
