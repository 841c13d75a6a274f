import assert from "node:assert/strict";

/** Fails unless the call is refused with this code, and with this status where one is named. */
export async function refused(sending: Promise<unknown>, name: string, status?: number): Promise<void> {
  await assert.rejects(sending, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name, error.message);
    if (status !== undefined) assert.equal(error.$metadata?.httpStatusCode, status, error.message);
    return true;
  });
}

/** A policy of one statement that allows these actions on everything, under conditions where some are given. */
export const allowing = (actions: readonly string[], Condition?: object, more: readonly object[] = []) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: actions, Resource: "*", ...(Condition === undefined ? {} : { Condition }) },
    ...more,
  ],
});
