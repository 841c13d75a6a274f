import type { Command } from "../command.ts";
import { bench } from "./bench.ts";
import { credentials } from "./credentials.ts";
import { doctor } from "./doctor.ts";
import { down } from "./down.ts";
import { env } from "./env.ts";
import { explain } from "./explain.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { person } from "./person.ts";
import { project } from "./project.ts";
import { reproduce } from "./reproduce.ts";
import { seal } from "./seal.ts";
import { scrub } from "./scrub.ts";
import { status } from "./status.ts";
import { test } from "./test.ts";
import { unseal } from "./unseal.ts";
import { up } from "./up.ts";
import { verify } from "./verify.ts";
import { workshop } from "./workshop.ts";

export const commands: readonly Command[] = [
  up,
  down,
  unseal,
  seal,
  status,
  doctor,
  env,
  login,
  logout,
  credentials,
  person,
  project,
  workshop,
  verify,
  scrub,
  explain,
  reproduce,
  test,
  bench,
];
