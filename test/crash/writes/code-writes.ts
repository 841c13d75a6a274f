import { randomBytes } from "node:crypto";
import {
  BranchDoesNotExistException,
  CreateCommitCommand,
  CreateRepositoryCommand,
  GetBranchCommand,
  GetCommitCommand,
  GetRepositoryCommand,
} from "@aws-sdk/client-codecommit";
import { orAbsent, type Look } from "../write-ledger.ts";
import { commitOf, gitAddress } from "../git-client.ts";
import { repositoryName } from "./world.ts";
import type { Write } from "./write.ts";

const makeRepository: Write = async ({ clients: { codecommit }, ledger, name }) => {
  const look: Look = (now) =>
    orAbsent(async () => {
      await now.codecommit.send(new GetRepositoryCommand({ repositoryName: name }));
      return "there";
    }, "RepositoryDoesNotExistException");
  await ledger.write(name, "there", look, () => codecommit.send(new CreateRepositoryCommand({ repositoryName: name })));
};

/** The commit that a branch points to, where it can be read. */
const branchAt =
  (repositoryName: string, branchName: string): Look =>
  ({ codecommit }) =>
    orAbsent(async () => {
      const { branch } = await codecommit.send(new GetBranchCommand({ repositoryName, branchName }));
      await codecommit.send(new GetCommitCommand({ repositoryName, commitId: branch?.commitId }));
      return branch?.commitId ?? "none";
    }, BranchDoesNotExistException.name);

/** The commit's content is of this push alone, so a push that was half received has something missing. */
const pushBranch: Write = async ({ clients, ledger, world, name }) => {
  const commit = await commitOf(world, randomBytes(100_000), name);
  const { address, trust } = gitAddress(clients, repositoryName);
  await ledger.write(name, commit, branchAt(repositoryName, name), () =>
    world.git([...trust, "push", "--quiet", address, `${commit}:refs/heads/${name}`]),
  );
};

/** In an empty repository the first commit makes its branch. */
const commitFile: Write = async ({ clients: { codecommit }, ledger, name }) => {
  const place = { repositoryName: `${name}-files`, branchName: "main" };
  await codecommit.send(new CreateRepositoryCommand(place));
  const tip = branchAt(place.repositoryName, place.branchName);
  const look: Look = async (now) => ((await tip(now)) === "absent" ? "absent" : "there");
  const putFiles = [{ filePath: "notes", fileContent: Buffer.from(name) }];
  await ledger.write(place.repositoryName, "there", look, () =>
    codecommit.send(new CreateCommitCommand({ ...place, putFiles })),
  );
};

/** Each starts several processes of git, so they are rare. */
export const codeWrites: readonly Write[] = [makeRepository, pushBranch, commitFile];
