import { refused, type Refusal } from "../refusal.ts";

/**
 * What passwords of the account must be. A member that is absent asks for nothing.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
 */
export interface PasswordPolicy {
  readonly lengthMin: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  readonly ageDaysMax: number | undefined;
  /** So many former passwords, the present one among them, are not taken again. */
  readonly reusePrevention: number | undefined;
  /** Whether who has a password that is too old needs an administrator. */
  readonly hardExpiry: boolean;
}

const symbols = /[!@#$%^&*()_+\-=[\]{}|']/;
const uppercase = /[A-Z]/;
const lowercase = /[a-z]/;
const digit = /[0-9]/;
const other = /[^A-Za-z0-9]/;
const defaultLengthMin = 8;
const defaultKindsMin = 3;
const dayMs = 86_400_000;

/** Why the policy, or AWS's default where the account has none, does not take a password; undefined where it does. */
export function passwordFault(
  password: string,
  userName: string,
  policy: PasswordPolicy | undefined,
): Refusal | undefined {
  const fault = policy === undefined ? defaultFault(password, userName) : policyFault(password, policy);
  return fault === undefined ? undefined : refused("password-policy", fault);
}

function policyFault(password: string, policy: PasswordPolicy): string | undefined {
  if (password.length < policy.lengthMin) return `Password should have a minimum length of ${policy.lengthMin}`;
  if (policy.requireSymbols && !symbols.test(password)) return "Password should have at least one symbol";
  if (policy.requireNumbers && !digit.test(password)) return "Password should have at least one number";
  if (policy.requireUppercase && !uppercase.test(password)) return "Password should have at least one uppercase letter";
  if (policy.requireLowercase && !lowercase.test(password)) return "Password should have at least one lowercase letter";
  return undefined;
}

function defaultFault(password: string, userName: string): string | undefined {
  if (password.length < defaultLengthMin) return `Password should have a minimum length of ${defaultLengthMin}`;
  const kinds = [uppercase, lowercase, digit, other].filter((kind) => kind.test(password)).length;
  if (kinds < defaultKindsMin) {
    return "Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols";
  }
  if (password.toLowerCase() === userName.toLowerCase()) return "Password should not be the name of its user";
  return undefined;
}

/** When a password that was set at `changedAt` is too old, in epoch milliseconds; undefined where it never is. */
export function expiryOf(changedAt: number, policy: PasswordPolicy | undefined): number | undefined {
  const days = policy?.ageDaysMax;
  return days === undefined ? undefined : changedAt + days * dayMs;
}
