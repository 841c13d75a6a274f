import { absentSyscalls, deniedSyscalls, highestSyscallReviewed, judgedSyscalls } from "./syscalls.ts";
import type { SyscallNumbers } from "./syscalls.ts";

/*
 * A program for the kernel's packet filter machine, as seccomp(2) takes it: 8 bytes an instruction
 * (code, jump if true, jump if false, constant), run on struct seccomp_data (nr, arch, ip, args[6]).
 */
interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly constant: number;
}

const loadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
const andConstant = 0x54; // BPF_ALU | BPF_AND | BPF_K
const jumpIfEqual = 0x15;
const jumpIfGreater = 0x25;
const jumpIfAnyBit = 0x45;
const answer = 0x06; // BPF_RET | BPF_K

const allow = 0x7fff0000;
const killProcess = 0x80000000;
const refuseWith = (errno: number) => 0x00050000 | errno;
const errnoPermission = 1;
const errnoInvalid = 22;
const errnoNoSyscall = 38;
const errnoAddressFamily = 97;

const numberOffset = 0;
const architectureOffset = 4;
/** The low half of an argument; all values judged here are 32 bits wide. */
const argumentOffset = (index: number) => 16 + 8 * index;

const step = (code: number, constant: number, ifTrue = 0, ifFalse = 0): Instruction => ({
  code,
  ifTrue,
  ifFalse,
  constant,
});
/** `constant` equals the accumulator → answer `action`; otherwise go on. */
const onEqual = (constant: number, action: number) => [step(jumpIfEqual, constant, 0, 1), step(answer, action)];

interface Architecture {
  readonly audit: number;
  readonly column: 0 | 1;
}

const architectures: Readonly<Record<string, Architecture>> = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
};

const namespaceFlags = 0x7e020000; // every CLONE_NEW* that clone(2) takes
const terminalPush = 0x5412; // TIOCSTI
const terminalPaste = 0x541c; // TIOCLINUX

const socketFamilies = { unix: 1, inet: 2, inet6: 10, netlink: 16 };
const socketTypeMask = 0xf;
const socketRaw = 3;
const socketPacket = 10;

const fileTypeMask = 0xf000;
const characterDevice = 0x2000;
const blockDevice = 0x6000;

type SeccompFilter =
  | { readonly kind: "filter"; readonly program: Uint8Array }
  | { readonly kind: "unsupported"; readonly message: string };

/** The filter for a processor architecture, as Node names it. */
export function seccompFilter(architectureName: string): SeccompFilter {
  const architecture = architectures[architectureName];
  if (architecture === undefined)
    return { kind: "unsupported", message: `there is no system call filter for the architecture ${architectureName}` };
  return { kind: "filter", program: encode(assemble(architecture)) };
}

function assemble({ audit, column }: Architecture): Instruction[] {
  const numbers = (table: Readonly<Record<string, SyscallNumbers>>) =>
    Object.values(table)
      .map((pair) => pair[column])
      .filter((number) => number !== null);
  // ① A call through another ABI would be read with the wrong table: the process ends.
  const program = [
    step(loadWord, architectureOffset),
    step(jumpIfEqual, audit, 1, 0),
    step(answer, killProcess),
    step(loadWord, numberOffset),
  ];
  if (column === 0) program.push(step(jumpIfAnyBit, 0x40000000, 0, 1), step(answer, killProcess));
  program.push(step(jumpIfGreater, highestSyscallReviewed, 0, 1), step(answer, refuseWith(errnoNoSyscall)));
  for (const number of numbers(absentSyscalls)) program.push(...onEqual(number, refuseWith(errnoNoSyscall)));
  for (const number of numbers(deniedSyscalls)) program.push(...onEqual(number, refuseWith(errnoPermission)));
  for (const [name, judge] of Object.entries(judges)) {
    const number = judgedSyscalls[name as keyof typeof judgedSyscalls][column];
    if (number === null) continue;
    const body = judge();
    program.push(step(jumpIfEqual, number, 0, body.length), ...body);
  }
  program.push(step(answer, allow));
  return program;
}

/** For each judged call: instructions that end with an answer. */
const judges: Readonly<Record<keyof typeof judgedSyscalls, () => Instruction[]>> = {
  clone: () => [
    step(loadWord, argumentOffset(0)),
    step(jumpIfAnyBit, namespaceFlags, 0, 1),
    step(answer, refuseWith(errnoPermission)),
    step(answer, allow),
  ],
  ioctl: () => [
    step(loadWord, argumentOffset(1)),
    ...onEqual(terminalPush, refuseWith(errnoPermission)),
    ...onEqual(terminalPaste, refuseWith(errnoPermission)),
    step(answer, allow),
  ],
  personality: () => [
    step(loadWord, argumentOffset(0)),
    ...onEqual(0, allow),
    ...onEqual(0xffffffff, allow),
    step(answer, refuseWith(errnoInvalid)),
  ],
  mknod: () => deviceNodes(1),
  mknodat: () => deviceNodes(2),
  // ① Only local, internet and routing-table sockets; no raw ones. Netlink's own type is "raw", so it goes by protocol.
  socket: () => [
    step(loadWord, argumentOffset(0)),
    ...onEqual(socketFamilies.unix, allow),
    step(jumpIfEqual, socketFamilies.netlink, 0, 4),
    step(loadWord, argumentOffset(2)),
    step(jumpIfEqual, 0, 0, 1),
    step(answer, allow),
    step(answer, refuseWith(errnoPermission)),
    step(jumpIfEqual, socketFamilies.inet, 2, 0),
    step(jumpIfEqual, socketFamilies.inet6, 1, 0),
    step(answer, refuseWith(errnoAddressFamily)),
    step(loadWord, argumentOffset(1)),
    step(andConstant, socketTypeMask),
    ...onEqual(socketRaw, refuseWith(errnoPermission)),
    ...onEqual(socketPacket, refuseWith(errnoPermission)),
    step(answer, allow),
  ],
};

function deviceNodes(modeArgument: number): Instruction[] {
  return [
    step(loadWord, argumentOffset(modeArgument)),
    step(andConstant, fileTypeMask),
    ...onEqual(characterDevice, refuseWith(errnoPermission)),
    ...onEqual(blockDevice, refuseWith(errnoPermission)),
    step(answer, allow),
  ];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach(({ code, ifTrue, ifFalse, constant }, index) => {
    bytes.setUint16(index * 8, code, true);
    bytes.setUint8(index * 8 + 2, ifTrue);
    bytes.setUint8(index * 8 + 3, ifFalse);
    bytes.setUint32(index * 8 + 4, constant >>> 0, true);
  });
  return new Uint8Array(bytes.buffer);
}
