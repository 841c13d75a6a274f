import type { ManagedPolicy } from "./identity.ts";

const administratorAccessSince = Date.UTC(2015, 1, 6, 18, 39, 46);

/** The policies that come with the account and cannot be changed. */
export const awsManagedPolicies: readonly ManagedPolicy[] = [
  {
    name: "AdministratorAccess",
    path: "/",
    arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    id: "ANPAIWMBCKSKIEE64ZLYK",
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
    description: "Provides full access to all services and resources.",
    createdAt: administratorAccessSince,
    updatedAt: administratorAccessSince,
    defaultVersion: 1,
    tags: {},
  },
];

export const administratorAccessArn = "arn:aws:iam::aws:policy/AdministratorAccess";
