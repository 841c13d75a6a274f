import {
  accessDenied,
  AwsError,
  bucketOf,
  encodeError,
  readGitUserName,
  verifyGitPassword,
  type HttpAnswer,
} from "@strongroom/wire";
import { AccessDenied, DecisionLog, type Principal } from "../access/index.ts";
import { serviceOf } from "../artifacts/index.ts";
import { faultText, timedId } from "../platform/index.ts";
import type { Arrival, Gate } from "./gate.ts";
import { fullDiskError } from "./full-disk.ts";
import { GitRecord } from "./git-record.ts";

const gitPath = /^\/v1\/repos\/([^/?]*)([^?]*)(?:\?(.*))?$/;
const repositoryName = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * A request below the paths of git's repositories, or undefined where it is none. What git has no service for is answered
 * as git's servers do. A host that names a bucket is S3's, whatever its keys are called: no bucket has the name v1.
 */
export function gitTarget({ head }: Arrival): { repository: string; path: string; query: string } | undefined {
  const found = gitPath.exec(head.target);
  if (found === null || bucketOf(head) !== "v1") return undefined;
  const [, name = "", path = "", query = ""] = found;
  return { repository: repositoryName.test(name) ? name : "", path, query };
}

/**
 * The same road for git, which signs in with HTTP basic authentication and CodeCommit's password:
 * authenticate → authorize (the repositories demand GitPull or GitPush) → record intent → handle → record outcome.
 */
export async function travelGit(
  arrival: Arrival,
  gate: Gate,
  target: { repository: string; path: string; query: string },
): Promise<HttpAnswer> {
  const requestId = timedId(gate.place.clock.now());
  const asked = serviceOf(arrival.head.method, target.path, target.query);
  const changes = target.path === "/git-receive-pack";
  const isPush = changes || (asked.kind === "service" && asked.service === "git-receive-pack");
  const service = gate.services.find(({ name }) => name === "codecommit");
  const signedIn = signIn(arrival, gate, target.repository);
  const decisions = new DecisionLog();
  const eventName = isPush ? "GitPush" : "GitPull";
  const record = new GitRecord(gate, arrival, { requestId, eventName, target, signedIn, decisions, changes });
  try {
    if (signedIn?.principal === undefined) return await askForCredentials(record);
    refuseOtherEndpoint(arrival);
    const { refused, ...answer } = await gate.repositories.gitRequest({
      ...target,
      method: arrival.head.method,
      contentType: header(arrival, "content-type"),
      contentEncoding: header(arrival, "content-encoding"),
      gitProtocol: header(arrival, "git-protocol"),
      body: arrival.body,
      push: {
        asked: (references) => record.asked(references),
        begins: () => record.intent(),
        moved: (references) => record.moved(references),
      },
      signal: arrival.signal,
      authority: gate.access.authorityFor(signedIn.principal, arrival.origin, { secureTransport: true }, decisions),
    });
    await record.outcome(refused ?? unmovedError(record.unmoved));
    return answer;
  } catch (thrown) {
    const error =
      thrown instanceof AccessDenied && service !== undefined
        ? accessDenied(service, thrown.message)
        : (fullDiskError(thrown) ?? thrown);
    await record.outcome(error instanceof AwsError ? error : { code: "InternalFailure", message: "" });
    if (error instanceof AwsError)
      return plainAnswer(error.code.startsWith("AccessDenied") ? 403 : error.status, error.message);
    gate.log.error("a git request failed", { requestId, fault: faultText(error) });
    return encodeError(service, error, requestId, arrival.head);
  }
}

/** git tells its client reference by reference what it refused, in an answer that is no failure of the request. */
function unmovedError(references: readonly string[]): { code: string; message: string } | undefined {
  if (references.length === 0) return undefined;
  return { code: "ReferenceUpdateRefused", message: `git did not change ${references.join(", ")}` };
}

function signIn(
  arrival: Arrival,
  gate: Gate,
  repository: string,
): { principal: Principal | undefined; accessKeyId: string } | undefined {
  const basic = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header(arrival, "authorization") ?? "")?.[1];
  if (basic === undefined) return undefined;
  const text = Buffer.from(basic, "base64").toString("utf8");
  const colon = text.lastIndexOf(":");
  const { accessKeyId, sessionToken } = readGitUserName(decode(text.slice(0, colon)));
  const now = gate.place.clock.now();
  const credential = gate.access.credential(accessKeyId, sessionToken, now);
  const held = verifyGitPassword({
    path: `/v1/repos/${repository}`,
    host: header(arrival, "host") ?? "",
    region: gate.place.region,
    password: text.slice(colon + 1),
    secretAccessKey: "secretAccessKey" in credential ? credential.secretAccessKey : undefined,
    now,
  });
  return { accessKeyId, principal: held && credential.kind === "active" ? credential.principal : undefined };
}

/** git-remote-codecommit percent-encodes the session token, the AWS CLI does not. */
function decode(userName: string): string {
  const percent = userName.indexOf("%");
  if (percent < 0) return userName;
  const token = userName.slice(percent + 1);
  try {
    return `${userName.slice(0, percent)}%${decodeURIComponent(token)}`;
  } catch {
    return userName;
  }
}

async function askForCredentials(record: GitRecord): Promise<HttpAnswer> {
  await record.outcome({ code: "AuthenticationFailed", message: "The user name or the password is wrong." });
  const answer = plainAnswer(401, "Sign in with CodeCommit's credentials: access key id and signed password.");
  answer.headers.push(["www-authenticate", 'Basic realm="Strongroom"']);
  return answer;
}

/** ① git goes through the network's endpoint for git. */
function refuseOtherEndpoint({ carries }: Arrival): void {
  if (carries === undefined || carries.services.includes("git")) return;
  throw new AwsError({
    code: "AccessDeniedException",
    message: `The VPC endpoint ${carries.vpceId} carries ${carries.serviceName} only; git needs one of git-codecommit.`,
    status: 403,
  });
}

function plainAnswer(status: number, message: string): HttpAnswer {
  return { status, headers: [["content-type", "text/plain; charset=utf-8"]], body: Buffer.from(`${message}\n`) };
}

function header(arrival: Arrival, name: string): string | undefined {
  return arrival.head.headers.find(([candidate]) => candidate === name)?.[1];
}
