import { ListRepositoriesCommand } from "@aws-sdk/client-codecommit";
import { oneOf, text } from "@strongroom/wire";
import type { Repositories, RepositoryOrder } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { invalidToken } from "../repository-answer.ts";

const pageMax = 1000;

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListRepositories.html */
export const listRepositories = (repositories: Pick<Repositories, "list" | "arnOf">) =>
  operation(ListRepositoriesCommand, {
    members: {
      nextToken: text({ min: 1, max: 200 }),
      sortBy: oneOf("repositoryName", "lastModifiedDate"),
      order: oneOf("ascending", "descending"),
    },
    permissions: () => [{ action: "codecommit:ListRepositories", resource: "*" }],
    mutates: false,
    handle: ({ nextToken, sortBy = "repositoryName", order = "ascending" }, { authority }) => {
      const list = `${sortBy}.${order}`;
      const sorting: RepositoryOrder = { byTime: sortBy === "lastModifiedDate", isDescending: order === "descending" };
      const { repositories: found, next } = repositories.list({
        ...sorting,
        after: startOf(nextToken, list),
        max: pageMax,
      });
      // ② a policy that restricts the list to repositories with certain tags restricts which names it tells.
      const seen = found.filter(({ name }) =>
        authority.sees({ action: "codecommit:ListRepositories", resource: repositories.arnOf(name) }),
      );
      return {
        repositories: seen.map(({ name, id }) => ({ repositoryName: name, repositoryId: id })),
        nextToken: next && `${list}.${next.modifiedAt.getTime()}.${next.name}`,
      };
    },
  });

const tokenForm = /^([a-zA-Z]+\.[a-z]+)\.(\d{1,15})\.([\w.-]{1,100})$/;

/** The repository behind which a page starts. Throws for a token of another list, or of none. */
function startOf(
  token: string | undefined,
  list: string,
): { readonly modifiedAt: Date; readonly name: string } | undefined {
  if (token === undefined) return undefined;
  const [, of, time, name] = tokenForm.exec(token) ?? [];
  if (of !== list || name === undefined) throw invalidToken();
  return { modifiedAt: new Date(Number(time)), name };
}
