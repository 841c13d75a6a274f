import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  DryRunOperationException,
  EncryptCommand,
  GenerateDataKeyCommand,
  InvalidArnException,
  InvalidGrantIdException,
  InvalidGrantTokenException,
  InvalidMarkerException,
  KMSInvalidStateException,
  LimitExceededException,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  NotFoundException,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { CreateGrantCommandInput, GrantOperation, KMSClient } from "@aws-sdk/client-kms";
import { isRefused } from "../../../access/index.ts";
import type { Authority } from "../../../access/index.ts";
import { accountId, allowAll } from "../../../encryption/testing/key-house.ts";
import type { KeyHouse } from "../../../encryption/testing/key-house.ts";
import { kmsClient } from "../testing/kms-client.ts";
import { named, newKey, withClient } from "../testing/with-client.ts";

const Plaintext = Buffer.from("x");
const denied = named("AccessDeniedException");
const arnOf = (name: string): string => `arn:aws:iam::${accountId}:user/${name}`;

interface Scene {
  readonly client: KMSClient;
  readonly house: KeyHouse;
  readonly KeyId: string;
  readonly Arn: string;
  /** Ada, whom no policy allows anything. */
  readonly ada: KMSClient;
  readonly grant: (over?: Partial<CreateGrantCommandInput>) => Promise<{ GrantId: string; GrantToken: string }>;
}

async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  await withClient(async (client, house) => {
    const { KeyId, Arn } = await newKey(client);
    const ada = kmsClient(house, house.user("ada"));
    const grant = async (over: Partial<CreateGrantCommandInput> = {}) => {
      const Operations: GrantOperation[] = ["Encrypt"];
      const input = { KeyId, GranteePrincipal: arnOf("ada"), Operations, ...over };
      const { GrantId, GrantToken } = await client.send(new CreateGrantCommand(input));
      assert.ok(GrantId !== undefined && GrantToken !== undefined);
      return { GrantId, GrantToken };
    };
    await body({ client, house, KeyId, Arn, ada, grant });
  });
}

/** A role that whoever may can assume. */
function newRole({ access }: KeyHouse): string {
  const trust = { Effect: "Allow", Principal: { AWS: accountId }, Action: "sts:AssumeRole" };
  const trustPolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const rest = { path: "/", description: undefined, maxSessionSeconds: 3600, boundaryArn: undefined, tags: {} };
  const role = access.roles.create({ name: "worker", trustPolicy, ...rest });
  assert.ok(!isRefused(role));
  return role.arn;
}

function begin({ access }: KeyHouse, roleArn: string, sessionName: string): Authority {
  const administrator = access.users.get("administrator");
  assert.ok(!isRefused(administrator));
  const { arn, id: userId, name: userName } = administrator;
  const principal = { kind: "user", arn, accountId, userId, userName } as const;
  const authority = access.authorityFor(principal, { kind: "host", sourceIp: "127.0.0.1" }, { secureTransport: true });
  const begun = access.assumeRole({ authority, roleArn, sessionName });
  assert.ok(begun.kind === "session");
  return begun.authority;
}

test("a grant allows its operations to its grantee from its answer on, and no longer once it is revoked", async () => {
  await inScene(async ({ client, house, KeyId, ada, grant }) => {
    const bob = kmsClient(house, house.user("bob"));
    const encrypt = (who: KMSClient) => who.send(new EncryptCommand({ KeyId, Plaintext }));
    await assert.rejects(encrypt(ada), denied);
    const { GrantId } = await grant();
    const { CiphertextBlob } = await encrypt(ada);
    await assert.rejects(encrypt(bob), denied);
    await assert.rejects(ada.send(new DecryptCommand({ CiphertextBlob })), denied);
    await client.send(new RevokeGrantCommand({ KeyId, GrantId }));
    await assert.rejects(encrypt(ada), denied);
  });
});

test("a grant counts for its key only", async () => {
  await inScene(async ({ client, ada, grant }) => {
    const other = await newKey(client);
    await grant();
    await assert.rejects(ada.send(new EncryptCommand({ KeyId: other.KeyId, Plaintext })), denied);
  });
});

test("a deny stands above a grant, in the key's policy and in the user's", async () => {
  await inScene(async ({ client, house, KeyId, ada, grant }) => {
    await grant();
    const deny = { Effect: "Deny", Action: "kms:Encrypt", Resource: "*" };
    const barred = kmsClient(house, house.user("barred", deny));
    await grant({ GranteePrincipal: arnOf("barred") });
    await assert.rejects(barred.send(new EncryptCommand({ KeyId, Plaintext })), denied);
    const Principal = { AWS: arnOf("ada") };
    const account = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [account, { ...deny, Principal }] });
    await client.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    await assert.rejects(ada.send(new EncryptCommand({ KeyId, Plaintext })), denied);
  });
});

test("constraints: the context holds the pairs, or is them; operations without context are not held to them", async () => {
  await inScene(async ({ client, house, KeyId, ada, grant }) => {
    const EncryptionContextSubset = { project: "credit" };
    await grant({ Operations: ["Encrypt", "DescribeKey"], Constraints: { EncryptionContextSubset } });
    const encrypt = (who: KMSClient, EncryptionContext?: Record<string, string>) =>
      who.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    await encrypt(ada, { project: "credit" });
    await encrypt(ada, { project: "credit", more: "1" });
    for (const context of [undefined, {}, { project: "other" }, { Project: "credit" }, { more: "1" }]) {
      await assert.rejects(encrypt(ada, context), denied);
    }
    await ada.send(new DescribeKeyCommand({ KeyId }));
    const bob = kmsClient(house, house.user("bob"));
    const EncryptionContextEquals = { project: "credit" };
    await grant({ GranteePrincipal: arnOf("bob"), Constraints: { EncryptionContextEquals } });
    await encrypt(bob, { project: "credit" });
    for (const context of [undefined, { project: "credit", more: "1" }, { project: "Credit" }]) {
      await assert.rejects(encrypt(bob, context), denied);
    }
    const listed = await client.send(new ListGrantsCommand({ KeyId, GranteePrincipal: arnOf("bob") }));
    assert.deepEqual(listed.Grants?.[0]?.Constraints, { EncryptionContextEquals });
  });
});

test("a name and the same request give the same grant with another token; anything else gives another grant", async () => {
  await inScene(async ({ client, KeyId, grant }) => {
    const one = await grant({ Name: "once", Operations: ["Encrypt", "Decrypt"] });
    const again = await grant({ Name: "once", Operations: ["Decrypt", "Encrypt"] });
    assert.equal(again.GrantId, one.GrantId);
    assert.notEqual(again.GrantToken, one.GrantToken);
    const others = [await grant({ Name: "once" }), await grant(), await grant(), await grant({ Name: "twice" })];
    assert.equal(new Set([one, ...others].map(({ GrantId }) => GrantId)).size, 5);
    assert.equal((await client.send(new ListGrantsCommand({ KeyId }))).Grants?.length, 5);
  });
});

test("ListGrants and ListRetirableGrants tell grants as they were made, page by page", async () => {
  await inScene(async ({ client, house, KeyId, Arn, grant }) => {
    house.user("rita");
    const RetiringPrincipal = arnOf("rita");
    const { GrantId } = await grant({ Name: "told", RetiringPrincipal });
    await grant();
    await grant();
    const listed = await client.send(new ListGrantsCommand({ KeyId, GrantId }));
    assert.deepEqual(listed.Grants, [
      {
        KeyId: Arn,
        GrantId,
        Name: "told",
        CreationDate: house.clock.now(),
        GranteePrincipal: arnOf("ada"),
        RetiringPrincipal,
        IssuingAccount: `arn:aws:iam::${accountId}:root`,
        Operations: ["Encrypt"],
      },
    ]);
    const page = await client.send(new ListGrantsCommand({ KeyId, Limit: 2 }));
    const rest = await client.send(new ListGrantsCommand({ KeyId, Limit: 2, Marker: page.NextMarker }));
    assert.deepEqual([page.Grants?.length, page.Truncated], [2, true]);
    assert.deepEqual([rest.Grants?.length, rest.Truncated], [1, false]);
    const retirable = await client.send(new ListRetirableGrantsCommand({ RetiringPrincipal }));
    assert.deepEqual(retirable.Grants, listed.Grants);
    await assert.rejects(client.send(new ListGrantsCommand({ KeyId, Marker: "x" })), InvalidMarkerException);
    await assert.rejects(client.send(new ListGrantsCommand({ KeyId, GrantId: "x" })), InvalidGrantIdException);
    await assert.rejects(client.send(new ListRetirableGrantsCommand({})), named("ValidationException"));
  });
});

test("ListRetirableGrants is decided on the retiring principal that is named", async () => {
  await inScene(async ({ house, grant }) => {
    const RetiringPrincipal = arnOf("rita");
    const on = { Action: "kms:ListRetirableGrants", Resource: RetiringPrincipal };
    const rita = kmsClient(house, house.user("rita", { Effect: "Allow", ...on }));
    const { GrantId } = await grant({ RetiringPrincipal });
    const list = (who: KMSClient, retiring: string) =>
      who.send(new ListRetirableGrantsCommand({ RetiringPrincipal: retiring }));
    assert.deepEqual(
      (await list(rita, RetiringPrincipal)).Grants?.map((one) => one.GrantId),
      [GrantId],
    );
    await assert.rejects(list(rita, arnOf("ada")), denied);
    const barred = kmsClient(house, house.user("barred", allowAll, { Effect: "Deny", ...on }));
    await list(barred, arnOf("ada"));
    await assert.rejects(list(barred, RetiringPrincipal), denied);
    for (const wrong of ["ada", "*", "arn:aws:iam::111122223333:group/g", "arn:aws:s3:::bucket"]) {
      await assert.rejects(list(barred, wrong), InvalidArnException);
    }
  });
});

test("a grant is retired by its retiring principal, by its grantee where it says so, and by who may", async () => {
  await inScene(async ({ client, house, KeyId, Arn, ada, grant }) => {
    const rita = kmsClient(house, house.user("rita"));
    const RetiringPrincipal = arnOf("rita");
    const one = await grant({ RetiringPrincipal });
    await assert.rejects(ada.send(new RetireGrantCommand({ KeyId: Arn, GrantId: one.GrantId })), denied);
    await rita.send(new RetireGrantCommand({ KeyId: Arn, GrantId: one.GrantId }));
    await assert.rejects(ada.send(new EncryptCommand({ KeyId, Plaintext })), denied);
    const two = await grant({ Operations: ["RetireGrant", "Encrypt"] });
    const three = await grant();
    await assert.rejects(ada.send(new RetireGrantCommand({ GrantToken: three.GrantToken })), denied);
    await assert.rejects(rita.send(new RetireGrantCommand({ GrantToken: two.GrantToken })), denied);
    await ada.send(new RetireGrantCommand({ GrantToken: two.GrantToken }));
    await client.send(new RetireGrantCommand({ KeyId, GrantId: three.GrantId }));
    assert.equal((await client.send(new ListGrantsCommand({ KeyId }))).Grants?.length, 0);
    await assert.rejects(client.send(new RetireGrantCommand({ GrantToken: two.GrantToken })), NotFoundException);
    await assert.rejects(client.send(new RetireGrantCommand({ KeyId, GrantId: two.GrantId })), NotFoundException);
    await assert.rejects(client.send(new RetireGrantCommand({ GrantToken: "x" })), InvalidGrantTokenException);
    await assert.rejects(client.send(new RetireGrantCommand({ KeyId, GrantId: "x" })), InvalidGrantIdException);
    await assert.rejects(client.send(new RetireGrantCommand({ KeyId })), named("ValidationException"));
  });
});

test("who may grant by a grant alone grants no more than was granted", async () => {
  await inScene(async ({ house, KeyId, ada, grant }) => {
    const bob = kmsClient(house, house.user("bob"));
    const EncryptionContextSubset = { project: "credit" };
    const Operations: GrantOperation[] = ["CreateGrant", "Encrypt", "Decrypt"];
    await grant({ Operations, Constraints: { EncryptionContextSubset } });
    const pass = (over: Partial<CreateGrantCommandInput>) => {
      const Constraints = { EncryptionContextSubset };
      const input = { KeyId, GranteePrincipal: arnOf("bob"), Operations, Constraints, ...over };
      return ada.send(new CreateGrantCommand(input));
    };
    await assert.rejects(pass({ Operations: ["Encrypt", "GenerateDataKey"] }), denied);
    await assert.rejects(pass({ Constraints: {} }), denied);
    await assert.rejects(pass({ Constraints: { EncryptionContextSubset: { other: "credit" } } }), denied);
    await pass({ Operations: ["Encrypt"], Constraints: { EncryptionContextEquals: { project: "credit", a: "b" } } });
    await bob.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { project: "credit", a: "b" } }));
    await assert.rejects(bob.send(new EncryptCommand({ KeyId, Plaintext })), denied);
  });
});

test("tokens of grants are taken where they are any, and refused where they are none", async () => {
  await inScene(async ({ KeyId, ada, grant, client }) => {
    const { GrantToken } = await grant({ Operations: ["Encrypt", "GenerateDataKey"] });
    await ada.send(new EncryptCommand({ KeyId, Plaintext, GrantTokens: [GrantToken] }));
    const wrong = `${GrantToken.slice(0, -4)}AAAA`;
    for (const GrantTokens of [["x"], [wrong], [GrantToken, wrong]]) {
      const refused = InvalidGrantTokenException;
      await assert.rejects(ada.send(new EncryptCommand({ KeyId, Plaintext, GrantTokens })), refused);
      await assert.rejects(ada.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", GrantTokens })), refused);
      await assert.rejects(client.send(new DescribeKeyCommand({ KeyId, GrantTokens })), refused);
    }
    const eleven = Array.from({ length: 11 }, () => GrantToken);
    const tooMany = new EncryptCommand({ KeyId, Plaintext, GrantTokens: eleven });
    await assert.rejects(ada.send(tooMany), named("ValidationException", /grantTokens/i));
  });
});

test("what cannot be granted is refused: principals, operations, constraints, states, beyond the limit", async () => {
  await inScene(async ({ client, house, KeyId, grant }) => {
    const absent = ["user/none", "role/none"].map((rest) => `arn:aws:iam::${accountId}:${rest}`);
    const session = `arn:aws:sts::${accountId}:assumed-role/none/one`;
    for (const principal of ["ada", `arn:aws:iam::${accountId}:group/g`, "arn:aws:s3:::bucket", ...absent, session]) {
      await assert.rejects(grant({ GranteePrincipal: principal }), InvalidArnException);
      await assert.rejects(grant({ RetiringPrincipal: principal }), InvalidArnException);
    }
    await assert.rejects(grant({ Operations: ["Sign"] }), named("ValidationException", /Sign/));
    const nine = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, "v"]));
    await assert.rejects(grant({ Constraints: { EncryptionContextEquals: nine } }), named("ValidationException", /8/));
    const long = { k: "v".repeat(384) };
    await assert.rejects(
      grant({ Constraints: { EncryptionContextSubset: long } }),
      named("ValidationException", /384/),
    );
    await assert.rejects(grant({ GranteeServicePrincipal: "s3.amazonaws.com" }), named("ValidationException"));
    await assert.rejects(grant({ KeyId: "00000000-0000-4000-8000-000000000000" }), NotFoundException);
    const GrantId = "0".repeat(64);
    await assert.rejects(client.send(new RevokeGrantCommand({ KeyId, GrantId })), NotFoundException);
    await assert.rejects(client.send(new RevokeGrantCommand({ KeyId, GrantId: "x" })), InvalidGrantIdException);
    house.fillGrants(KeyId, 50_000);
    await assert.rejects(grant(), LimitExceededException);
    const other = (await newKey(client)).KeyId;
    await client.send(new DisableKeyCommand({ KeyId: other }));
    await assert.rejects(grant({ KeyId: other }), DisabledException);
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: other }));
    await assert.rejects(grant({ KeyId: other }), KMSInvalidStateException);
  });
});

test("DryRun changes nothing", async () => {
  await inScene(async ({ client, KeyId, grant }) => {
    await assert.rejects(grant({ DryRun: true }), DryRunOperationException);
    await assert.rejects(grant({ DryRun: true, GranteePrincipal: "ada" }), InvalidArnException);
    const { GrantId } = await grant();
    const DryRun = true;
    await assert.rejects(client.send(new RevokeGrantCommand({ KeyId, GrantId, DryRun })), DryRunOperationException);
    await assert.rejects(client.send(new RetireGrantCommand({ KeyId, GrantId, DryRun })), DryRunOperationException);
    assert.equal((await client.send(new ListGrantsCommand({ KeyId }))).Grants?.length, 1);
  });
});

test("policies see what is to be granted, to whom, who may retire it, and how it is constrained", async () => {
  await inScene(async ({ house, KeyId }) => {
    for (const name of ["bob", "rita"]) house.user(name);
    const input: CreateGrantCommandInput = {
      KeyId,
      GranteePrincipal: arnOf("ada"),
      RetiringPrincipal: arnOf("rita"),
      Operations: ["Encrypt", "Decrypt"],
      Constraints: { EncryptionContextEquals: { project: "credit" } },
    };
    const conditions: readonly [object, Partial<CreateGrantCommandInput>][] = [
      [{ Bool: { "kms:GrantIsForAWSResource": "false" } }, {}],
      [{ StringEquals: { "kms:GranteePrincipal": arnOf("ada") } }, { GranteePrincipal: arnOf("bob") }],
      [{ StringEquals: { "kms:RetiringPrincipal": arnOf("rita") } }, { RetiringPrincipal: undefined }],
      [
        { "ForAllValues:StringEquals": { "kms:GrantOperations": ["Encrypt", "Decrypt"] } },
        { Operations: ["DescribeKey"] },
      ],
      [
        { "ForAnyValue:StringEquals": { "kms:GrantConstraintType": "EncryptionContextEquals" } },
        { Constraints: { EncryptionContextSubset: { project: "credit" } } },
      ],
      [{ StringEquals: { "kms:EncryptionContext:project": "credit" } }, { Constraints: undefined }],
    ];
    for (const [index, [Condition, other]] of conditions.entries()) {
      const statement = { Effect: "Allow", Action: "kms:CreateGrant", Resource: "*", Condition };
      const granter = kmsClient(house, house.user(`granter-${index}`, statement));
      await granter.send(new CreateGrantCommand(input));
      if (Object.keys(other).length === 0) continue;
      await assert.rejects(granter.send(new CreateGrantCommand({ ...input, ...other })), denied, JSON.stringify(other));
    }
    const onlyServices = { Bool: { "kms:GrantIsForAWSResource": "true" } };
    const statement = { Effect: "Allow", Action: "kms:*Grant*", Resource: "*", Condition: onlyServices };
    const service = kmsClient(house, house.user("for-services", statement));
    await assert.rejects(service.send(new CreateGrantCommand(input)), denied);
    await assert.rejects(service.send(new ListGrantsCommand({ KeyId })), denied);
  });
});

test("a grant to a role holds in its sessions; deleting the key ends its grants", async () => {
  await inScene(async ({ client, house, KeyId, Arn, grant }) => {
    const RetiringPrincipal = newRole(house);
    await grant({ GranteePrincipal: RetiringPrincipal, RetiringPrincipal });
    const asked = { action: "kms:Encrypt", resource: Arn };
    assert.equal(begin(house, RetiringPrincipal, "one").decide(asked).allowed, true);
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    house.clock.advance(8 * 86_400_000);
    await assert.rejects(client.send(new ListGrantsCommand({ KeyId })), NotFoundException);
    assert.equal((await client.send(new ListRetirableGrantsCommand({ RetiringPrincipal }))).Grants?.length, 0);
    assert.equal(house.keys.sweep(), 0);
  });
});

test("a grant is its grantee's and its retiring principal's, and nobody's who is given a deleted one's name", async () => {
  await inScene(async ({ client, house, KeyId, ada, grant }) => {
    const encrypt = (who: KMSClient) => who.send(new EncryptCommand({ KeyId, Plaintext }));
    const rita = kmsClient(house, house.user("rita"));
    const first = await grant({ Name: "kept", RetiringPrincipal: arnOf("rita") });
    await encrypt(ada);
    for (const name of ["ada", "rita"]) house.access.users.remove(name);
    const [nextAda, nextRita] = ["ada", "rita"].map((name) => kmsClient(house, house.user(name)));
    assert.ok(nextAda !== undefined && nextRita !== undefined);
    await assert.rejects(encrypt(nextAda), denied);
    const retire = (who: KMSClient, GrantToken: string) => who.send(new RetireGrantCommand({ GrantToken }));
    await assert.rejects(retire(nextRita, first.GrantToken), denied);
    const of = async (GranteePrincipal?: string) =>
      (await client.send(new ListGrantsCommand({ KeyId, GranteePrincipal }))).Grants ?? [];
    const [told] = await of();
    assert.match(told?.GranteePrincipal ?? "", /^AIDA[A-Z2-7]{16}$/);
    assert.match(told?.RetiringPrincipal ?? "", /^AIDA[A-Z2-7]{16}$/);
    assert.deepEqual([await of(arnOf("ada")), await of(told?.GranteePrincipal)], [[], [told]]);
    const retirable = await client.send(new ListRetirableGrantsCommand({ RetiringPrincipal: arnOf("rita") }));
    assert.deepEqual(retirable.Grants, []);

    const second = await grant({ Name: "kept", RetiringPrincipal: arnOf("rita") });
    assert.notEqual(second.GrantId, first.GrantId);
    await encrypt(nextAda);
    assert.deepEqual([(await of(arnOf("ada"))).length, (await of()).length], [1, 2]);
    await assert.rejects(retire(rita, second.GrantToken), denied);
    await retire(nextRita, second.GrantToken);
    await assert.rejects(encrypt(nextAda), denied);
  });
});

test("a grant is its role's, and no role's that is given a deleted one's name", async () => {
  await inScene(async ({ house, Arn, grant }) => {
    const roleArn = newRole(house);
    await grant({ GranteePrincipal: roleArn });
    await grant({ GranteePrincipal: begin(house, roleArn, "one").principal.arn, Operations: ["Decrypt"] });
    const asked = ["kms:Encrypt", "kms:Decrypt"].map((action) => ({ action, resource: Arn }));
    const may = (session: Authority) => asked.map((permission) => session.decide(permission).allowed);
    assert.deepEqual(may(begin(house, roleArn, "one")), [true, true]);
    assert.deepEqual(may(begin(house, roleArn, "other")), [true, false]);
    assert.equal(house.access.roles.remove("worker"), undefined);
    assert.deepEqual(may(begin(house, newRole(house), "one")), [false, false]);
  });
});

test("a grant that was made before ids were kept goes by its grantee's ARN", async () => {
  await inScene(async ({ client, house, KeyId, ada }) => {
    const bob = kmsClient(house, house.user("bob"));
    house.grantByName(KeyId, { grantee: arnOf("ada"), retiring: arnOf("bob"), operations: ["Encrypt"] });
    await ada.send(new EncryptCommand({ KeyId, Plaintext }));
    const listed = await client.send(new ListGrantsCommand({ KeyId, GranteePrincipal: arnOf("ada") }));
    assert.equal(listed.Grants?.[0]?.GranteePrincipal, arnOf("ada"));
    const RetiringPrincipal = arnOf("bob");
    const retirable = await client.send(new ListRetirableGrantsCommand({ RetiringPrincipal }));
    assert.deepEqual(retirable.Grants, listed.Grants);
    await bob.send(new RetireGrantCommand({ KeyId: house.keys.arnNamed(KeyId), GrantId: listed.Grants[0].GrantId }));
    await assert.rejects(ada.send(new EncryptCommand({ KeyId, Plaintext })), denied);
  });
});

test("a grant to a session of a role holds in this session only, and so does the right to retire one", async () => {
  await inScene(async ({ client, house, KeyId, ada, grant }) => {
    const roleArn = newRole(house);
    const session = (sessionName: string) => {
      const begun = begin(house, roleArn, sessionName);
      return { arn: begun.principal.arn, client: kmsClient(house, begun) };
    };
    const [one, other] = [session("one"), session("other")];
    const encrypt = (who: KMSClient) => who.send(new EncryptCommand({ KeyId, Plaintext }));
    const { GrantId } = await grant({ GranteePrincipal: one.arn });
    await encrypt(one.client);
    for (const who of [other.client, ada]) await assert.rejects(encrypt(who), denied);
    await client.send(new RevokeGrantCommand({ KeyId, GrantId }));
    await assert.rejects(encrypt(one.client), denied);
    const retired = await grant({ RetiringPrincipal: one.arn });
    const retire = (who: KMSClient) => who.send(new RetireGrantCommand({ GrantToken: retired.GrantToken }));
    await assert.rejects(retire(other.client), denied);
    await retire(one.client);
    await assert.rejects(encrypt(ada), denied);
  });
});
