/** Numbers on x86_64 and aarch64; null where the architecture has no such call. */
export type SyscallNumbers = readonly [x64: number | null, arm64: number | null];

/**
 * ① Calls that no image may make: what reaches other processes, mounts, namespaces, kernel modules,
 * clocks, keys and the kernel's rarely used interfaces. Most of them need a capability that is not
 * there either; the filter is the second wall.
 */
export const deniedSyscalls: Readonly<Record<string, SyscallNumbers>> = {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  userfaultfd: [323, 282],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  statmount: [457, 457],
  listmount: [458, 458],
  unshare: [272, 97],
  setns: [308, 268],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  acct: [163, 89],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  syslog: [103, 116],
  vhangup: [153, 58],
  lookup_dcookie: [212, 18],
  nfsservctl: [180, 42],
  uselib: [134, null],
  ustat: [136, null],
  sysfs: [139, null],
  _sysctl: [156, null],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
};

/** Calls that look absent, so that C libraries take the older way around, which the filter can judge. */
export const absentSyscalls: Readonly<Record<string, SyscallNumbers>> = {
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
};

/** Calls that are judged by their arguments. */
export const judgedSyscalls = {
  clone: [56, 220],
  socket: [41, 198],
  ioctl: [16, 29],
  personality: [135, 92],
  mknod: [133, null],
  mknodat: [259, 33],
} satisfies Record<string, SyscallNumbers>;

/** The highest call that was looked at (mseal); what a newer kernel adds looks absent. */
export const highestSyscallReviewed = 462;
