import { createHash } from "node:crypto";
import {
  BranchDoesNotExistException,
  CreateCommitCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetBranchCommand,
  GetFileCommand,
  GetRepositoryCommand,
  RepositoryDoesNotExistException,
} from "@aws-sdk/client-codecommit";
import { commitOf, gitAddress } from "../git-client.ts";
import { orAbsent, type Look } from "../write-ledger.ts";
import type { Operation } from "./operation.ts";

const branchName = "main";
const digest = (content: string): string => createHash("sha256").update(content).digest("hex");

const repositoryAt =
  (repositoryName: string): Look =>
  ({ codecommit }) =>
    orAbsent(async () => {
      await codecommit.send(new GetRepositoryCommand({ repositoryName }));
      return "there";
    }, RepositoryDoesNotExistException.name);

/** The file `data` at the tip of the branch, read from the repository. */
const fileAt =
  (repositoryName: string): Look =>
  ({ codecommit }) =>
    orAbsent(async () => {
      const { branch } = await codecommit.send(new GetBranchCommand({ repositoryName, branchName }));
      const place = { repositoryName, commitSpecifier: branch?.commitId, filePath: "data" };
      const { fileContent } = await codecommit.send(new GetFileCommand(place));
      return digest(Buffer.from(fileContent ?? []).toString());
    }, BranchDoesNotExistException.name);

const createRepository: Operation = {
  name: "create-repository",
  prepare({ clients: { codecommit }, name: repositoryName }) {
    const run = () => codecommit.send(new CreateRepositoryCommand({ repositoryName }));
    return Promise.resolve({ run, look: repositoryAt(repositoryName), before: "absent", after: "there" });
  },
};

const deleteRepository: Operation = {
  name: "delete-repository",
  async prepare({ clients: { codecommit }, name: repositoryName }) {
    await codecommit.send(new CreateRepositoryCommand({ repositoryName }));
    const run = () => codecommit.send(new DeleteRepositoryCommand({ repositoryName }));
    return { run, look: repositoryAt(repositoryName), before: "there", after: "absent" };
  },
};

const createCommit: Operation = {
  name: "create-commit",
  async prepare({ clients: { codecommit }, name: repositoryName }) {
    await codecommit.send(new CreateRepositoryCommand({ repositoryName }));
    const putFiles = [{ filePath: "data", fileContent: Buffer.from(repositoryName) }];
    const run = () => codecommit.send(new CreateCommitCommand({ repositoryName, branchName, putFiles }));
    return { run, look: fileAt(repositoryName), before: "absent", after: digest(repositoryName) };
  },
};

const push: Operation = {
  name: "git-push",
  async prepare({ clients, world, name: repositoryName }) {
    await clients.codecommit.send(new CreateRepositoryCommand({ repositoryName }));
    const commit = await commitOf(world, repositoryName, "pushed");
    const { address, trust } = gitAddress(clients, repositoryName);
    const run = () => world.git([...trust, "push", "--quiet", address, `${commit}:refs/heads/${branchName}`]);
    return { run, look: fileAt(repositoryName), before: "absent", after: digest(repositoryName) };
  },
};

export const codeOperations: readonly Operation[] = [createRepository, deleteRepository, createCommit, push];
