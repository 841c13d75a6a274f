/**
 * AWS CloudTrail over the trail of this server.
 *
 * Gaps: LookupEvents alone; trails that deliver log and digest files, Insights events, event data
 * stores and queries are not there.
 * By design: every call is an event here, those that fetch or store objects and invoke endpoints
 * too, and it can be looked up as soon as it was answered; AWS delays events by minutes and keeps
 * data events out of LookupEvents. There is nothing to select: calls on objects are always recorded,
 * and their events say `"eventCategory": "Data"`. An event carries its phase in `additionalEventData`.
 * Client quirks: `ReadOnly` of an event is a text.
 */
import * as client from "@aws-sdk/client-cloudtrail";
import { awsServices, service } from "@strongroom/wire";
import type { Trail } from "../../audit/index.ts";
import type { ServerService } from "../operation.ts";
import { lookupEvents } from "./event/lookup-events.ts";

export const cloudtrail = (faces: { readonly trail: Pick<Trail, "lookup"> }): ServerService =>
  service(awsServices.cloudtrail, client, [lookupEvents(faces.trail)]);
