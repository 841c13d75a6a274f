import type { People } from "../../../access/index.ts";

type Profile = NonNullable<ReturnType<People["loginProfiles"]["find"]>>;

export function loginProfileAnswer(userName: string, { createdAt, isResetRequired }: Profile) {
  return { UserName: userName, CreateDate: new Date(createdAt), PasswordResetRequired: isResetRequired };
}
