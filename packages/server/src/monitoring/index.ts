/**
 * ⑦ Monitoring: what endpoints were asked and what they answered, on record.
 *
 * Promise: of an endpoint with data capture, the share of exchanges that was asked for is in its bucket,
 * in SageMaker's format, about a second later, and at the latest when the endpoint is deleted.
 * Invariants: captured data rests under the capture's key; it is written with the model role's rights.
 * Must not: hold up an answer. Baselines and monitoring runs are processing jobs of the analyzer's image.
 */
export { captureTo } from "./capture.ts";
export type { CaptureMeans } from "./capture.ts";
