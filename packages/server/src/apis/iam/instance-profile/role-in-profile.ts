import { isRefused, type Access, type InstanceProfile, type Role } from "../../../access/index.ts";

export function roleIn(access: Pick<Access, "roles">, { roleName }: InstanceProfile): Role | undefined {
  const role = roleName === undefined ? undefined : access.roles.get(roleName);
  return role === undefined || isRefused(role) ? undefined : role;
}
