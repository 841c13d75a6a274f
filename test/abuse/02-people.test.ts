import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import * as iam from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import {
  AdminClient,
  ContinueSignInCommand,
  SignInCommand,
  SignOutCommand,
  UnlockUserCommand,
  UpdateSignInSettingsCommand,
  type SignInResponse,
} from "@strongroom/admin-api";
import { TurnableClock } from "@strongroom/server";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { Secret, TOTP } from "otpauth";

const password = "Passw0rd-1";

/** ② What somebody would try who wants in, or wants to stay in. */
describe("people who sign in", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clock: TurnableClock;
  let anybody: AdminClient;
  let administrator: AdminClient;
  before(async () => {
    // As far behind as signatures allow: there is a code every half minute, and the time goes on with each.
    clock = new TurnableClock(new Date(Date.now() - 14 * 60_000));
    house = await startHouse({ clock });
    const { place, clients } = house;
    anybody = new AdminClient({ ...place, credentials: undefined, agent: clients.agent });
    administrator = new AdminClient({ ...place, credentials: clients.credentials, agent: clients.agent });
  });
  after(() => house[Symbol.asyncDispose]());

  const codeOf = (seed: string, steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: clock.now().getTime() + steps * 30_000 });

  /** Time goes on by a code; the clients sign with the machine's clock, from which the server's must not be far. */
  const later = () => clock.advance(30_000);

  /** A person with a password and an authenticator, made at the first sign-in. */
  async function person(UserName: string, policy?: object) {
    await house.clients.iam.send(new iam.CreateUserCommand({ UserName }));
    if (policy !== undefined) await put(UserName, policy);
    await house.clients.iam.send(new iam.CreateLoginProfileCommand({ UserName, Password: password }));
    const first = await anybody.send(new SignInCommand({ UserName, Password: password }));
    assert.equal(first.Wanted, "SECOND_FACTOR");
    const seed = new URL(first.AuthenticatorUri ?? "").searchParams.get("secret") ?? "";
    const codes = { FirstCode: codeOf(seed), SecondCode: codeOf(seed, 1) };
    const enrolled = await anybody.send(new ContinueSignInCommand({ Step: first.Step, ...codes }));
    assert.equal(enrolled.SecondFactorShown, true);
    later();
    const signIn = async (Role?: string) => {
      later();
      const asked = { UserName, Password: password, Code: codeOf(seed), ...(Role === undefined ? {} : { Role }) };
      return await anybody.send(new SignInCommand(asked));
    };
    return { UserName, seed, signIn };
  }

  const put = (UserName: string, ...Statement: object[]) =>
    house.clients.iam.send(
      new iam.PutUserPolicyCommand({
        UserName,
        PolicyName: "own",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );

  async function role(RoleName: string, Condition: object = {}): Promise<string> {
    const Principal = { AWS: `arn:aws:iam::${house.place.accountId}:root` };
    const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const made = await house.clients.iam.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return made.Role?.Arn ?? "";
  }

  function clientsOf(given: SignInResponse): Clients {
    return house.clientsFor({
      accessKeyId: given.AccessKeyId ?? "",
      secretAccessKey: given.SecretAccessKey ?? "",
      sessionToken: given.SessionToken ?? "",
    });
  }

  const whoIs = async (clients: Clients) => (await clients.sts.send(new GetCallerIdentityCommand({}))).Arn;
  const anyRole = { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" };
  const isMfa = { Bool: { "aws:MultiFactorAuthPresent": "true" }, NumericLessThan: { "aws:MultiFactorAuthAge": "60" } };

  test("take a role with their own permissions, and the second factor counts in its trust policy", async () => {
    const ada = await person("ada", anyRole);
    await role("with-mfa", isMfa);
    const given = await ada.signIn("with-mfa");
    assert.match((await whoIs(clientsOf(given))) ?? "", /:assumed-role\/with-mfa\/ada$/);
    using keys = await newUser(house.clients, "keys-only", [
      { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" },
    ]);
    const RoleArn = `arn:aws:iam::${house.place.accountId}:role/with-mfa`;
    await assert.rejects(keys.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "by-key" })), {
      name: "AccessDenied",
    });
    const bob = await person("bob");
    await assert.rejects(bob.signIn("with-mfa"), { name: /^AccessDenied/, message: /user\/bob.*sts:AssumeRole/ });
    await assert.rejects(ada.signIn("no-such-role"), { name: /^AccessDenied/ });
  });

  test("are told the same, byte for byte but the request's id, whatever was wrong", async () => {
    const { seed } = await person("carol");
    later();
    const bodies = new Set<string>();
    const wrong = [
      { UserName: "nobody", Password: password, Code: "123456" },
      { UserName: "carol", Password: "Passw0rd-9", Code: codeOf(seed) },
      { UserName: "carol", Password: password, Code: codeOf(seed, 7) },
      { UserName: "carol", Password: password },
    ];
    for (const input of wrong) bodies.add(await rawAnswer(house, input));
    assert.equal(bodies.size, 1, [...bodies].join("\n"));
    assert.match([...bodies][0] ?? "", /^403 .*SignInFailedException/);
  });

  test("have guesses at their password counted, however many come at once, until an administrator unlocks", async () => {
    const dora = await person("dora");
    const guess = (i: number) =>
      anybody.send(new SignInCommand({ UserName: "dora", Password: `Guess-${i}`, Code: "000000" }));
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => guess(i)));
    const names = outcomes.map((one) => (one.status === "rejected" ? (one.reason as Error).name : "in"));
    assert.equal(names.filter((name) => name === "SignInFailedException").length, 5);
    assert.equal(names.filter((name) => name === "TooManyTriesException").length, 95);
    const right = { UserName: "dora", Password: password, Code: codeOf(dora.seed) };
    await assert.rejects(anybody.send(new SignInCommand(right)), { name: "TooManyTriesException" });
    await assert.rejects(anybody.send(new UnlockUserCommand({ UserName: "dora" })), { name: /MissingAuthentication/ });
    assert.equal((await administrator.send(new UnlockUserCommand({ UserName: "dora" }))).HadFailedTries, true);
    assert.match((await dora.signIn()).Arn ?? "", /user\/dora$/);
  });

  test("cannot use a code twice", async () => {
    const { seed } = await person("erin");
    later();
    const input = { UserName: "erin", Password: password, Code: codeOf(seed) };
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => anybody.send(new SignInCommand(input))));
    assert.equal(all.filter(({ status }) => status === "fulfilled").length, 1);
  });

  const endings: readonly (readonly [string, (UserName: string, serial: string) => Promise<unknown>])[] = [
    [
      "a new password",
      (UserName) => house.clients.iam.send(new iam.UpdateLoginProfileCommand({ UserName, Password: "Passw0rd-2" })),
    ],
    ["no password", (UserName) => house.clients.iam.send(new iam.DeleteLoginProfileCommand({ UserName }))],
    [
      "no authenticator",
      (UserName, SerialNumber) =>
        house.clients.iam.send(new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber })),
    ],
    [
      "another name",
      (UserName) => house.clients.iam.send(new iam.UpdateUserCommand({ UserName, NewUserName: `${UserName}-2` })),
    ],
    ["other permissions", (UserName) => put(UserName, anyRole, { ...anyRole, Effect: "Deny", Action: "s3:*" })],
  ];

  for (const [i, [what, change]] of endings.entries()) {
    test(`whom an administrator gives ${what} are out at once, with a client that is asking all the while`, async () => {
      const UserName = `frank-${i}`;
      const frank = await person(UserName, anyRole);
      await role(`role-of-${UserName}`);
      const sessions = [clientsOf(await frank.signIn()), clientsOf(await frank.signIn(`role-of-${UserName}`))];
      for (const session of sessions) await whoIs(session);
      let changed = false;
      const asking = sessions.map(async (session) => {
        for (;;) {
          const isAfter = changed;
          const arn = await whoIs(session).catch(() => undefined);
          if (arn === undefined) return;
          assert.ok(!isAfter, `${arn} acts after the change was answered`);
        }
      });
      await change(UserName, `arn:aws:iam::${house.place.accountId}:mfa/${UserName}`);
      changed = true;
      await Promise.all(asking);
    });
  }

  test("lose a role's session when the role trusts others, or is gone", async () => {
    const grace = await person("grace", anyRole);
    await role("moved");
    await role("gone");
    const [moved, gone] = [clientsOf(await grace.signIn("moved")), clientsOf(await grace.signIn("gone"))];
    await whoIs(moved);
    const Statement = [
      { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" },
    ];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await house.clients.iam.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: "moved", PolicyDocument }));
    await assert.rejects(whoIs(moved));
    await whoIs(gone);
    await house.clients.iam.send(new iam.DeleteRoleCommand({ RoleName: "gone" }));
    await assert.rejects(whoIs(gone));
  });

  test("are out once they sign out, in that session and no other", async () => {
    const heidi = await person("heidi");
    const [one, other] = [await heidi.signIn(), await heidi.signIn()];
    const { credentials, agent } = clientsOf(one);
    await new AdminClient({ ...house.place, credentials, agent }).send(new SignOutCommand({}));
    await assert.rejects(whoIs(clientsOf(one)));
    assert.match((await whoIs(clientsOf(other))) ?? "", /user\/heidi$/);
    await assert.rejects(administrator.send(new SignOutCommand({})), { name: "ValidationException" });
  });

  test("without a second factor are those whom the account lets, and policies know it", async () => {
    const UserName = "ivan";
    await house.clients.iam.send(new iam.CreateUserCommand({ UserName }));
    await put(UserName, anyRole);
    await house.clients.iam.send(new iam.CreateLoginProfileCommand({ UserName, Password: password }));
    await role("for-mfa", isMfa);
    await administrator.send(new UpdateSignInSettingsCommand({ SecondFactorRequired: false }));
    try {
      const given = await anybody.send(new SignInCommand({ UserName, Password: password }));
      assert.equal(given.SecondFactorShown, false);
      const Role = "for-mfa";
      const withRole = anybody.send(new SignInCommand({ UserName, Password: password, Role }));
      await assert.rejects(withRole, { name: /^AccessDenied/ });
    } finally {
      await administrator.send(new UpdateSignInSettingsCommand({ SecondFactorRequired: true }));
    }
  });

  test("are in the trail with every try, and their secrets are nowhere", async () => {
    const judy = await person("judy");
    await assert.rejects(anybody.send(new SignInCommand({ UserName: "judy", Password: "Wrong-Passw0rd" })));
    await assert.rejects(anybody.send(new SignInCommand({ UserName: "Typed-Passw0rd-here", Password: "x" })));
    await judy.signIn();
    const seen: string[] = [];
    for await (const { Events } of paginateLookupEvents({ client: house.clients.cloudtrail }, {})) {
      for (const { CloudTrailEvent } of Events ?? []) seen.push(CloudTrailEvent ?? "");
    }
    const tries = seen.map((text) => JSON.parse(text) as SignInEvent).filter(isSignIn);
    const told = tries.map((event) => [outcomeOf(event), event.additionalEventData.MFAUsed]);
    for (const one of [
      ["Success", "Yes"],
      ["Failure", "No"],
    ])
      assert.ok(told.some((pair) => pair.join() === one.join()));
    const mine = tries.filter((event) => event.userIdentity.userName === "judy");
    assert.ok(mine.length >= 3 && mine.every((event) => event.sourceIPAddress === "127.0.0.1"));
    const everything = seen.join("\n");
    for (const secret of [password, "Wrong-Passw0rd", "Typed-Passw0rd-here", judy.seed]) {
      assert.ok(!everything.includes(secret), secret);
      assert.ok(!house.log.join("").includes(secret));
      for (const { path, bytes } of filesOf(house.dataDir)) assert.ok(!bytes.includes(secret), path);
    }
  });
});

interface SignInEvent {
  readonly eventName: string;
  readonly userIdentity: { readonly userName: string };
  readonly sourceIPAddress: string;
  readonly responseElements: { readonly ConsoleLogin: string };
  readonly additionalEventData: { readonly MFAUsed: string };
}
/** Every file of the data folder that can be read. */
function filesOf(folder: string): { path: string; bytes: Buffer }[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return found.map(({ parentPath, name }) => ({ path: name, bytes: readFileSync(join(parentPath, name)) }));
}

const isSignIn = ({ eventName }: SignInEvent) => eventName === "ConsoleLogin";
const outcomeOf = ({ responseElements }: SignInEvent) => responseElements.ConsoleLogin;

/** Status and body as they come off the wire, the request's id left out. */
async function rawAnswer({ place, clients }: TestHouse, input: object): Promise<string> {
  const body = JSON.stringify(input);
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "Strongroom.SignIn",
    "x-amz-content-sha256": createHash("sha256").update(body).digest("hex"),
  };
  return await new Promise((resolve, reject) => {
    const outgoing = request(place.endpoint, { method: "POST", agent: clients.agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => {
        const names = Object.keys(response.headers).sort().join(",");
        resolve(`${response.statusCode ?? 0} ${names} ${text}`.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID"));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
