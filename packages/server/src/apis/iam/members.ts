import { integer, list, text } from "@strongroom/wire";

/** Limits of the members that IAM's operations share, from its API reference. */
const namePattern = /[\w+=,.@-]+/;

export const userName = text({ min: 1, max: 64, pattern: namePattern });
export const roleName = text({ min: 1, max: 64, pattern: namePattern });
export const groupName = text({ min: 1, max: 128, pattern: namePattern });
export const instanceProfileName = text({ min: 1, max: 128, pattern: namePattern });
export const policyVersionId = text({ pattern: /v[1-9][0-9]*(\.[A-Za-z0-9-]*)?/ });
export const policyName = text({ min: 1, max: 128, pattern: namePattern });
export const path = text({ min: 1, max: 512, pattern: /\/|\/[!-~]+\// });
export const pathPrefix = text({ min: 1, max: 512, pattern: /\/[!-~]*/ });
export const accountAlias = text({ min: 3, max: 63, pattern: /[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]/ });
export const roleDescription = text({ max: 1000 });
export const maxSessionSeconds = integer({ min: 3600, max: 43_200 });
export const arn = text({ min: 20, max: 2048 });
export const document = text({ min: 1, max: 131_072 });
export const accessKeyId = text({ min: 16, max: 128, pattern: /\w+/ });
const tagKey = text({ min: 1, max: 128 });
const tag = { Key: tagKey, Value: text({ max: 256 }) };
export const tags = list<typeof tag>(tag, { max: 50 });
export const tagKeys = list<typeof tagKey>(tagKey, { max: 50 });
export const marker = text({ min: 1, max: 320 });
export const maxItems = integer({ min: 1, max: 1000 });
/** Printable Latin-1, tabulators and line ends. */
export const password = text({ min: 1, max: 128, pattern: /[\t\n\r -ÿ]+/ });
export const mfaDeviceName = text({ min: 1, max: 226, pattern: namePattern });
export const mfaSerial = text({ min: 9, max: 256, pattern: /[\w+=/:,.@-]+/ });
export const mfaCode = text({ min: 6, max: 6, pattern: /\d+/ });
