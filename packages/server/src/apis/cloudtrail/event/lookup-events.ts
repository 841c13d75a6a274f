import { createHash } from "node:crypto";
import {
  InvalidNextTokenException,
  InvalidTimeRangeException,
  LookupEventsCommand,
  type Event,
  type LookupAttribute,
} from "@aws-sdk/client-cloudtrail";
import { integer, list, oneOf, text, timestamp } from "@strongroom/wire";
import { cloudTrailRecord, userNameOf, type Trail, type TrailEvent, type TrailQuery } from "../../../audit/index.ts";
import { operation } from "../../operation.ts";

const resultsMax = 50;

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
export const lookupEvents = (trail: Pick<Trail, "lookup">) =>
  operation(LookupEventsCommand, {
    members: {
      LookupAttributes: list(
        {
          AttributeKey: oneOf(
            "EventId",
            "EventName",
            "ReadOnly",
            "Username",
            "ResourceType",
            "ResourceName",
            "EventSource",
            "AccessKeyId",
          ),
          AttributeValue: text({ min: 1, max: 2000 }),
        },
        { max: 1 },
      ),
      StartTime: timestamp(),
      EndTime: timestamp(),
      MaxResults: integer({ min: 1, max: resultsMax }),
      NextToken: text({ max: 200 }),
    },
    permissions: () => [{ action: "cloudtrail:LookupEvents", resource: "*" }],
    mutates: false,
    handle: async (input) => {
      const { StartTime: from, EndTime: to, MaxResults: limit = resultsMax } = input;
      if (from !== undefined && to !== undefined && from > to) {
        throw new InvalidTimeRangeException({ message: "StartTime is after EndTime.", $metadata: {} });
      }
      const wanted = queryFor(input.LookupAttributes?.[0]);
      const asked = JSON.stringify([wanted, from, to]);
      const before = input.NextToken === undefined ? undefined : readToken(input.NextToken, asked);
      const page = await trail.lookup({ ...wanted, from, to, before, limit });
      if (page.kind === "damaged") throw new Error(page.problem);
      return {
        Events: page.events.map(eventOf),
        ...(page.next === undefined ? {} : { NextToken: tokenFor(page.next, asked) }),
      };
    },
  });

function queryFor(attribute: LookupAttribute | undefined): Partial<TrailQuery> {
  const value = attribute?.AttributeValue;
  switch (attribute?.AttributeKey) {
    case undefined:
      return {};
    case "EventId":
      // A notice is found by its id alone: it is what a rule names that acted upon it.
      return { eventId: value, phase: "any" };
    case "EventName":
      return { eventName: value };
    case "ReadOnly":
      return { readOnly: value === "true" };
    case "Username":
      return { userName: value };
    case "ResourceType":
      return { resourceType: value };
    case "ResourceName":
      return { resource: value };
    case "EventSource":
      return { eventSource: value };
    case "AccessKeyId":
      return { accessKeyId: value };
  }
}

function eventOf(event: TrailEvent): Event {
  return {
    EventId: event.eventID,
    EventName: event.eventName,
    ReadOnly: String(event.readOnly),
    AccessKeyId: event.userIdentity.accessKeyId,
    EventTime: new Date(event.eventTime),
    EventSource: event.eventSource,
    Username: userNameOf(event),
    Resources: (event.resources ?? []).map(({ ARN, type }) => ({ ResourceName: ARN, ResourceType: type })),
    CloudTrailEvent: JSON.stringify(cloudTrailRecord(event)),
  };
}

/** A token goes on with the question that it was given for, and with no other. */
function tokenFor(before: number, asked: string): string {
  return Buffer.from(`${before}.${digestOf(asked)}`).toString("base64url");
}

function readToken(token: string, asked: string): number {
  const [before = "", digest, ...more] = Buffer.from(token, "base64url").toString("latin1").split(".");
  if (!/^[1-9][0-9]{0,14}$/.test(before) || digest !== digestOf(asked) || more.length > 0) {
    throw new InvalidNextTokenException({ message: "The token is not valid for this request.", $metadata: {} });
  }
  return Number(before);
}

function digestOf(asked: string): string {
  return createHash("sha256").update(asked).digest("hex").slice(0, 16);
}
