import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { Clients as CommandLineClients } from "../packages/cli/src/clients.ts";
import { namesOf } from "../packages/cli/src/project/names.ts";
import { ensureProject, type Project } from "../packages/cli/src/project/project.ts";

/** A house with projects in it, as `project create` makes them. */
export interface ProjectHouse extends AsyncDisposable {
  readonly house: TestHouse;
  create(project: string): Promise<Project>;
  /** Clients for a session of a role, taken on by whoever `by` is; the administrator where it is not said. */
  session(roleArn: string, by?: Clients): Promise<Clients>;
  /** A person: a user who may take on this one role and nothing else. */
  person(name: string, roleArn: string): Promise<Clients>;
}

export async function startProjectHouse(): Promise<ProjectHouse> {
  const house = await startHouse();
  const { place, clients } = house;
  const session = async (RoleArn: string, by = clients) => {
    const { Credentials: given } = await by.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
    return house.clientsFor({
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    });
  };
  return {
    house,
    session,
    async create(project) {
      const names = namesOf(project);
      if ("problem" in names) throw new Error(names.problem);
      const server = { ...place, caFile: place.caPath };
      using commandLine = new CommandLineClients(server, clients.credentials);
      const made = await ensureProject(commandLine, names, () => undefined);
      // Something to find, so that a refusal does not stand on nothing being there.
      const object = { Bucket: names.intakeBucket, Key: "there", Body: "a secret" };
      await clients.s3.send(new PutObjectCommand(object));
      return made;
    },
    async person(UserName, roleArn) {
      await clients.iam.send(new CreateUserCommand({ UserName }));
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: roleArn }],
      });
      await clients.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "role", PolicyDocument }));
      const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
      return house.clientsFor({
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      });
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}
