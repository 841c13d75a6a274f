import { strict as assert } from "node:assert";
import * as client from "@aws-sdk/client-codecommit";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { Clients, newUser, startHouse, type TestHouse } from "@strongroom/testkit";

export const repositoryName = "code";
export const fails = (sending: Promise<unknown>, name: string) => assert.rejects(sending, { name });

/** A house with a repository, and people who review in it. */
export interface ReviewHouse extends AsyncDisposable {
  readonly house: TestHouse;
  readonly codecommit: client.CodeCommitClient;
  /** The first commit of `main`. */
  readonly base: string;
  readonly repositoryArn: string;
  commit(branch: string, parent: string | undefined, files: Readonly<Record<string, string>>): Promise<string>;
  /** A branch at the base, with one commit of these files, or none. */
  branch(name: string, files?: Readonly<Record<string, string>>): Promise<string>;
  tipOf(branch: string): Promise<string | undefined>;
  propose(source: string, more?: Partial<client.CreatePullRequestInput>): Promise<client.PullRequest>;
  told(id: string | undefined): Promise<client.PullRequest>;
  /** Somebody who may do everything in CodeCommit, and take on roles. */
  reviewer(name: string): Promise<Clients>;
}

export async function openReviewHouse(): Promise<ReviewHouse> {
  const house = await startHouse();
  const { codecommit } = house.clients;
  const { repositoryMetadata } = await codecommit.send(new client.CreateRepositoryCommand({ repositoryName }));
  const commit: ReviewHouse["commit"] = async (branchName, parentCommitId, files) => {
    const putFiles = Object.entries(files).map(([filePath, text]) => ({ filePath, fileContent: Buffer.from(text) }));
    const input = { repositoryName, branchName, parentCommitId, putFiles };
    return (await codecommit.send(new client.CreateCommitCommand(input))).commitId ?? "";
  };
  const base = await commit("main", undefined, { "train.py": "first\n" });
  const told = async (pullRequestId: string | undefined) => {
    const { pullRequest } = await codecommit.send(new client.GetPullRequestCommand({ pullRequestId }));
    assert.ok(pullRequest !== undefined);
    return pullRequest;
  };
  return {
    house,
    codecommit,
    base,
    repositoryArn: repositoryMetadata?.Arn ?? "",
    commit,
    told,
    async branch(branchName, files) {
      await codecommit.send(new client.CreateBranchCommand({ repositoryName, branchName, commitId: base }));
      return files === undefined ? base : await commit(branchName, base, files);
    },
    async tipOf(branchName) {
      const { branch } = await codecommit.send(new client.GetBranchCommand({ repositoryName, branchName }));
      return branch?.commitId;
    },
    async propose(source, more = {}) {
      const targets = [{ repositoryName, sourceReference: source, destinationReference: "main" }];
      const input = { title: `Merge ${source}`, targets, ...more };
      const { pullRequest } = await codecommit.send(new client.CreatePullRequestCommand(input));
      assert.ok(pullRequest !== undefined);
      return pullRequest;
    },
    reviewer: (name) =>
      newUser(house.clients, name, [{ Effect: "Allow", Action: ["codecommit:*", "sts:AssumeRole"], Resource: "*" }]),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

/** A session of a role, begun by somebody. */
export async function sessionOf(by: Clients, RoleArn: string, RoleSessionName: string): Promise<Clients> {
  const { Credentials: given } = await by.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  return new Clients(by.place, {
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
  });
}

export const rule = (needed: number, ...pool: string[]): string =>
  JSON.stringify({
    Version: "2018-11-08",
    Statements: [
      { Type: "Approvers", NumberOfApprovalsNeeded: needed, ...(pool.length > 0 ? { ApprovalPoolMembers: pool } : {}) },
    ],
  });
