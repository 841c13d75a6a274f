import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { promisify } from "node:util";
import type { Setting } from "./setting.ts";

interface GitCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * CodeCommit's password for Git over HTTPS: a timestamp and a Signature Version 4 over the path,
 * as the AWS CLI's credential helper makes it.
 */
function gitPassword(credentials: GitCredentials, region: string, host: string, path: string, now: Date): string {
  const timestamp = now.toISOString().replace(/[-:]|\.\d{3}Z$/g, "");
  const date = timestamp.slice(0, 8);
  const canonical = `GIT\n${path}\n\nhost:${host}\n\nhost\n`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", timestamp, `${date}/${region}/codecommit/aws4_request`, digest].join("\n");
  const key = [date, region, "codecommit", "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  return `${timestamp}Z${hmac(key, text).toString("hex")}`;
}

/** A clone of the project's repository, reached through its endpoint with the role's own credentials. */
export class Repository {
  readonly #folder: string;
  readonly #credentials: () => Promise<GitCredentials>;
  readonly #setting: Setting;
  readonly #url: URL;

  constructor(setting: Setting, endpoint: string, folder: string, credentials: () => Promise<GitCredentials>) {
    this.#setting = setting;
    this.#folder = folder;
    this.#credentials = credentials;
    this.#url = new URL(`/v1/repos/${setting.repository}`, endpoint);
  }

  async clone(): Promise<void> {
    await this.#remote(["clone", "--quiet", this.#url.href, this.#folder]);
    await this.#git(["-C", this.#folder, "checkout", "-q", "-B", "main"]);
    await this.#git(["-C", this.#folder, "config", "user.name", "Lab"]);
    await this.#git(["-C", this.#folder, "config", "user.email", "lab@example.com"]);
  }

  /** Commits all that changed, pushes it to main and returns the commit. */
  async push(message: string): Promise<string> {
    await this.#git(["-C", this.#folder, "add", "--all"]);
    await this.#git(["-C", this.#folder, "commit", "-q", "-m", message]);
    await this.#remote(["-C", this.#folder, "push", "-q", "origin", "main"]);
    return (await this.#git(["-C", this.#folder, "rev-parse", "HEAD"])).trim();
  }

  async #remote(words: readonly string[]): Promise<void> {
    const credentials = await this.#credentials();
    const token = credentials.sessionToken === undefined ? "" : `%${credentials.sessionToken}`;
    const password = gitPassword(credentials, this.#setting.region, this.#url.hostname, this.#url.pathname, new Date());
    const basic = Buffer.from(`${credentials.accessKeyId}${token}:${password}`).toString("base64");
    await this.#git([
      "-c",
      `http.sslCAInfo=${process.env["AWS_CA_BUNDLE"] ?? ""}`,
      "-c",
      `http.extraHeader=Authorization: Basic ${basic}`,
      ...words,
    ]);
  }

  async #git(words: readonly string[]): Promise<string> {
    const environment = { ...process.env, HOME: "/tmp", GIT_TERMINAL_PROMPT: "0" };
    try {
      return (await promisify(execFile)("git", words, { env: environment })).stdout;
    } catch (error) {
      const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
      throw new Error(`git ${words.find((word) => /^(clone|push|commit|add)$/.test(word)) ?? ""}: ${said}`, {
        cause: error,
      });
    }
  }
}
