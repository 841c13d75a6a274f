import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { CloudTrailClient, LookupEventsCommand, type LookupEventsCommandInput } from "@aws-sdk/client-cloudtrail";
import {
  decode,
  encode,
  encodeError,
  payloadOf,
  readClaim,
  route,
  verifyClaim,
  type HttpAnswer,
  type HttpRequestHead,
} from "@strongroom/wire";
import { event, memoryAnchor, opened, temporaryFolder, trailSettings } from "../../../audit/testing/fixtures.ts";
import type { ServerCall, ServerService } from "../../operation.ts";
import { cloudtrail } from "../index.ts";

const credentials = {
  accessKeyId: "AKIAEXAMPLE000000000",
  secretAccessKey: "a-secret-of-forty-characters-0123456789x",
};

/** The wire alone in front of the service: signature, codec, handler. Policies are the gateway's. */
async function answer(
  service: ServerService,
  head: HttpRequestHead,
  source: AsyncIterable<Uint8Array>,
): Promise<HttpAnswer> {
  const claim = readClaim(head);
  assert.ok(!("refused" in claim), JSON.stringify(claim));
  const settings = { now: new Date(), region: "us-east-1", service: "cloudtrail", pathStyle: "normalized" } as const;
  const verdict = verifyClaim(head, claim, credentials.secretAccessKey, settings);
  assert.ok("held" in verdict, JSON.stringify(verdict));
  const parts: Uint8Array[] = [];
  for await (const part of payloadOf(claim, verdict.signingKey, source)) parts.push(part);
  const routed = route([service], head, claim.scope.service);
  assert.ok(routed.kind === "operation");
  try {
    const call = {} as ServerCall;
    const input = decode(routed, head, Buffer.concat(parts));
    const permissions = await routed.operation.permissions(input, call);
    assert.deepEqual(permissions, [{ action: "cloudtrail:LookupEvents", resource: "*" }]);
    return encode(routed, await routed.operation.handle(input, call), "request");
  } catch (error) {
    return encodeError(service, error, "request", head);
  }
}

function headOf(request: IncomingMessage): HttpRequestHead {
  const headers: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.push([(request.rawHeaders[i] ?? "").toLowerCase(), request.rawHeaders[i + 1] ?? ""]);
  }
  return { method: request.method ?? "", target: request.url ?? "", headers };
}

test("LookupEvents finds events through the official client, in pages, and refuses by AWS's names", async () => {
  await using folder = await temporaryFolder();
  await using trail = await opened(trailSettings(folder.path, memoryAnchor()));
  for (let i = 0; i < 7; i += 1)
    await trail.record(
      event(i, { eventName: i % 2 === 0 ? "CreateModel" : "DeleteModel", eventTime: `2026-03-01T12:0${i}:00Z` }),
    );
  const service = cloudtrail({ trail });
  const server = createServer((request, response) => {
    void answer(service, headOf(request), request).then(({ status, headers, body }) => {
      response.writeHead(status, headers.flat()).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new CloudTrailClient({ endpoint, region: "us-east-1", credentials });
  const lookup = (input: LookupEventsCommandInput) => client.send(new LookupEventsCommand(input));
  try {
    const byName = { LookupAttributes: [{ AttributeKey: "EventName" as const, AttributeValue: "CreateModel" }] };
    const first = await lookup({ ...byName, MaxResults: 3 });
    assert.deepEqual(
      first.Events?.map(({ EventId }) => EventId),
      ["event-6", "event-4", "event-2"],
    );
    const second = await lookup({ ...byName, MaxResults: 3, NextToken: first.NextToken });
    assert.deepEqual(
      second.Events?.map(({ EventId }) => EventId),
      ["event-0"],
    );
    const [newest] = first.Events ?? [];
    assert.equal(newest?.Username, "ann");
    assert.equal(newest.ReadOnly, "false");
    assert.equal(newest.EventTime?.toISOString(), "2026-03-01T12:06:00.000Z");
    const record = JSON.parse(newest.CloudTrailEvent ?? "") as Record<string, unknown>;
    assert.deepEqual(record["requestParameters"], { trainingJobName: "job-6" });
    assert.equal(record["eventType"], "AwsApiCall");

    await assert.rejects(lookup({ NextToken: first.NextToken }), { name: "InvalidNextTokenException" });
    await assert.rejects(lookup({ StartTime: new Date(2), EndTime: new Date(1) }), {
      name: "InvalidTimeRangeException",
    });
    await assert.rejects(lookup({ MaxResults: 51 }), { name: "ValidationException" });
    await assert.rejects(lookup({ EventCategory: "insight" }), { name: "ValidationException" });
  } finally {
    client.destroy();
    server.close();
  }
});
