/**
 * S3's own condition keys, and of some which actions have a value for them.
 * Source: "Actions, resources, and condition keys for Amazon S3", service authorization reference.
 */
const plainKeys = new Set(
  `
  accessgrantscope accessgrantsinstancearn accessgrantslocationscope accesspointnetworkorigin authtype
  dataaccesspointaccount dataaccesspointarn delimiter destinationregion existingjoboperation existingjobpriority
  if-match if-none-match inventoryaccessibleoptionalfields isreplicationpauserequest jobsuspendedcause
  locationconstraint max-keys object-lock-legal-hold object-lock-mode object-lock-remaining-retention-days
  object-lock-retain-until-date objectcreationoperation prefix requestjoboperation requestjobpriority
  requestobjecttagkeys resourceaccount signatureage signatureversion tlsversion versionid x-amz-acl
  x-amz-bucket-namespace x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control x-amz-grant-read
  x-amz-grant-read-acp x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership
  x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id
  x-amz-server-side-encryption-customer-algorithm x-amz-storage-class x-amz-website-redirect-location
  `
    .trim()
    .split(/\s+/),
);

/** Keys that name a tag: `s3:ExistingObjectTag/<key>`. */
const tagKeys = new Set(["accesspointtag", "buckettag", "existingobjecttag", "requestobjecttag"]);

const lists = /^s3:listbucket(versions)?$/;
/** Of an object that is there; PutObject and DeleteObject look at no tags. */
const looksAtTags = /^s3:(getobject\w*|(put|delete)object(version)?tagging|putobject(version)?acl)$/;
const setsTags = /^s3:(putobject(version)?(tagging)?|bypassgovernanceretention|replicat\w+)$/;

/** ② a key that is here has a value in requests for these actions alone; of other keys that is not told apart. */
const actionsWith: Readonly<Record<string, RegExp>> = {
  prefix: lists,
  delimiter: lists,
  "max-keys": lists,
  existingobjecttag: looksAtTags,
  requestobjecttag: setsTags,
  requestobjecttagkeys: setsTags,
};

/** Whether there is such a key; keys of other vendors are not S3's to know. */
export function isConditionKey(key: string): boolean {
  const [vendor, name, tag] = partsOf(key);
  if (vendor !== "s3") return true;
  return tag === undefined ? plainKeys.has(name) : tag !== "" && tagKeys.has(name);
}

/** Whether requests for the action, in lower case, can have a value for the key. */
export function hasKey(lowerAction: string, key: string): boolean {
  const [vendor, name] = partsOf(key);
  return vendor !== "s3" || (actionsWith[name]?.test(lowerAction) ?? true);
}

/** Vendor and name in lower case, and the tag that the key names. */
function partsOf(key: string): readonly [string, string, string | undefined] {
  const colon = key.indexOf(":");
  const [name = "", ...tag] = key.slice(colon + 1).split("/");
  return [key.slice(0, colon).toLowerCase(), name.toLowerCase(), tag.length === 0 ? undefined : tag.join("/")];
}
