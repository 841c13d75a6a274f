import { randomBytes } from "node:crypto";
import { GenerateRandomCommand } from "@aws-sdk/client-kms";
import { integer } from "@strongroom/wire";
import { operation } from "../../operation.ts";
import { validationError } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html */
export const generateRandom = () =>
  operation(GenerateRandomCommand, {
    members: { NumberOfBytes: integer({ min: 1, max: 1024 }) },
    permissions: () => [{ action: "kms:GenerateRandom", resource: "*" }],
    mutates: false,
    handle: (input) => {
      if (input.NumberOfBytes === undefined) throw validationError("NumberOfBytes is missing");
      return { Plaintext: randomBytes(input.NumberOfBytes) };
    },
  });
