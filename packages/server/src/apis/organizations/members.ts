import { integer, oneOf, text } from "@strongroom/wire";

export const policyId = text({ pattern: /p-[0-9a-zA-Z_]{8,128}/, max: 130 });
export const rootId = text({ pattern: /r-[0-9a-z]{4,32}/, max: 34 });
/** A root, an account, or an organizational unit: there is none of the last kind, so none is found. */
export const targetId = text({
  pattern: /r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}/,
  max: 100,
});
export const parentId = text({ pattern: /r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}/, max: 100 });
export const taggableId = text({
  pattern: /r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-zA-Z_]{8,128}/,
  max: 130,
});
/** Other types of policies are refused by name. */
export const policyType = oneOf("SERVICE_CONTROL_POLICY");
export const policyName = text({ min: 1, max: 128 });
export const description = text({ max: 512, pattern: /[\s\S]*/ });
export const document = text({ min: 1, pattern: /[\s\S]*/ });
export const tagKey = text({ min: 1, max: 128 });
export const tagMembers = { Key: tagKey, Value: text({ max: 256 }) };
export const nextToken = text({ max: 100_000 });
export const maxResults = integer({ min: 1, max: 20 });
