/**
 * Changes signed requests and counts how many are accepted: none may be.
 * `node test/abuse/mutate-requests.ts --requests 100000 --seed 1`; exit code 1 where one was accepted.
 */
import { parseArgs } from "node:util";
import { mutateRequests } from "./mutations/campaign.ts";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const begun = performance.now();
const campaign = await mutateRequests(Number(values.requests), Number(values.seed), (sent) => {
  process.stderr.write(`${sent} sent\n`);
});
const show = (counts: ReadonlyMap<string | number, number>) =>
  [...counts]
    .sort()
    .map(([name, count]) => `  ${String(name).padEnd(20)} ${count}`)
    .join("\n");
const seconds = ((performance.now() - begun) / 1000).toFixed(0);
process.stdout.write(
  [
    `${campaign.requests} changed requests in ${seconds} s, seed ${values.seed}: ${campaign.accepted.length} accepted.`,
    `${campaign.untouched.answered} of ${campaign.untouched.sent} untouched requests in between were answered.`,
    "By what was changed:",
    show(campaign.byMutation),
    "By status (0: the connection was closed):",
    show(campaign.byStatus),
    ...campaign.accepted.slice(0, 20),
    ...campaign.strays.map((key) => `left behind: ${key}`),
    "",
  ].join("\n"),
);
const holds =
  campaign.accepted.length === 0 &&
  campaign.strays.length === 0 &&
  campaign.untouched.sent === campaign.untouched.answered;
process.exitCode = holds ? 0 : 1;
