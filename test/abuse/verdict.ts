import { strict as assert } from "node:assert";
import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Clients, Statement } from "@strongroom/testkit";

export const policyText = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const denials = /^(AccessDenied(Exception)?|UnauthorizedOperation)$/;

/**
 * Whether policies let a call through. What gets past them may still be refused for what it asks for: the
 * name of that error has to be given, so that nothing else passes for an allowed call.
 */
export async function verdictOf(call: Promise<unknown>, refusedAs?: string): Promise<"allowed" | "denied"> {
  try {
    await call;
    return "allowed";
  } catch (error) {
    assert.ok(error instanceof Error);
    if (denials.test(error.name)) return "denied";
    assert.equal(error.name, refusedAs, error.message);
    return "allowed";
  }
}

/** Denied, and the message names what is given: an action, or the statement that decided. */
export async function denied(call: Promise<unknown>, ...named: readonly string[]): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.name, denials, error.message);
    for (const part of named) assert.ok(error.message.includes(part), `${part}: ${error.message}`);
    return true;
  });
}

/** Gives a user these statements in place of whatever it had from here. They hold when this returns. */
export async function setStatements(by: Clients, UserName: string, ...statements: readonly Statement[]): Promise<void> {
  const PolicyDocument = policyText(...statements);
  await by.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "test", PolicyDocument }));
}
