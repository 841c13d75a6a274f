import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceOf } from "./smart-http.ts";

const ofAdvertisement = (query: string) => serviceOf("GET", "/info/refs", query);

test("a service is named once, however it is spelled", () => {
  for (const service of ["git-upload-pack", "git-receive-pack"] as const) {
    assert.deepEqual(ofAdvertisement(`service=${service}`), { kind: "service", service });
    assert.deepEqual(ofAdvertisement(`%73ervice=${service.replace("-", "%2D")}`), { kind: "service", service });
    assert.deepEqual(serviceOf("POST", `/${service}`, ""), { kind: "service", service });
  }
});

test("what can be read in two ways, or has more than a service, is refused", () => {
  for (const query of [
    "service=git-upload-pack&service=git-receive-pack",
    "service=git-receive-pack&service=git-upload-pack",
    "service=git-upload-pack&service=git-upload-pack",
    "service=git-upload-pack&%73ervice=git-receive-pack",
    "%73%65rvice=git-upload-pack&service=git%2Dreceive-pack",
    "service=git-upload-pack&service=",
  ]) {
    assert.deepEqual(
      ofAdvertisement(query),
      { kind: "malformed", message: "The parameter service is given more than once." },
      query,
    );
  }
  const unknown = { kind: "malformed", message: "The parameter more is not supported." };
  assert.deepEqual(ofAdvertisement("service=git-upload-pack&more=1"), unknown);
  assert.deepEqual(serviceOf("POST", "/git-upload-pack", "more=1"), unknown);
  assert.equal(serviceOf("POST", "/git-upload-pack", "service=git-receive-pack").kind, "malformed");
});

test("there is no other service", () => {
  for (const query of [
    "",
    "service=",
    "service=git-upload-pack;service=git-receive-pack",
    "service=git-upload-pack%00",
  ]) {
    assert.equal(ofAdvertisement(query).kind, "no-such-service", query);
  }
  assert.equal(serviceOf("GET", "/git-upload-pack", "").kind, "no-such-service");
  assert.equal(serviceOf("PUT", "/git-receive-pack", "").kind, "no-such-service");
  assert.equal(serviceOf("POST", "/info/refs", "").kind, "no-such-service");
});
