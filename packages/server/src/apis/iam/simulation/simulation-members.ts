import { list, oneOf, text } from "@strongroom/wire";
import { document, marker, maxItems } from "../members.ts";

const actionName = text({ min: 3, max: 128 });
const resourceName = text({ min: 1, max: 2048 });
const contextValue = text();
const contextEntry = {
  ContextKeyName: text({ min: 5, max: 256 }),
  ContextKeyValues: list<typeof contextValue>(contextValue),
  ContextKeyType: oneOf(
    "string",
    "stringList",
    "numeric",
    "numericList",
    "boolean",
    "booleanList",
    "ip",
    "ipList",
    "binary",
    "binaryList",
    "date",
    "dateList",
  ),
};

export const documents = list<typeof document>(document);

/**
 * What both simulations take. ResourceHandlingOption is not among it: it is about instances of EC2,
 * which are not here.
 */
export const simulationMembers = {
  PermissionsBoundaryPolicyInputList: list<typeof document>(document, { max: 1 }),
  ActionNames: list<typeof actionName>(actionName),
  ResourceArns: list<typeof resourceName>(resourceName),
  ResourcePolicy: document,
  ResourceOwner: text({ min: 12, max: 2048 }),
  CallerArn: text({ min: 1, max: 2048 }),
  ContextEntries: list<typeof contextEntry>(contextEntry),
  MaxItems: maxItems,
  Marker: marker,
};
