import koffi, { type LibraryHandle } from "koffi";

/*
 * The few functions of PKCS #11 that a seal needs, called as the standard says: through the list that
 * C_GetFunctionList gives (OASIS, PKCS #11 Cryptographic Token Interface, 2.40). Everything is an address or a number of
 * the machine's word; every function answers a CKR_ code.
 */
type Word = bigint | number;

/** Position in CK_FUNCTION_LIST, and how many words the function takes. */
const positions = {
  C_Initialize: [0, 1],
  C_Finalize: [1, 1],
  C_GetSlotList: [4, 3],
  C_GetTokenInfo: [6, 2],
  C_OpenSession: [12, 5],
  C_CloseSession: [13, 1],
  C_Login: [18, 4],
  C_GetAttributeValue: [24, 4],
  C_FindObjectsInit: [26, 3],
  C_FindObjects: [27, 4],
  C_FindObjectsFinal: [28, 1],
  C_EncryptInit: [29, 3],
  C_Encrypt: [30, 5],
  C_DecryptInit: [33, 3],
  C_Decrypt: [34, 5],
  C_GenerateKey: [58, 5],
} as const;
export type FunctionName = keyof typeof positions;

/** Calls a function of the module; answers its CKR_ code, 0 where it went well. */
export type Pkcs11Call = (name: FunctionName, ...words: readonly Word[]) => number;

const loaded = new Map<string, Pkcs11Call>();

/** Loads the module at `path`. Throws where it is not a PKCS #11 module. */
export function loadModule(path: string): Pkcs11Call {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const call = bind(koffi.load(path));
  loaded.set(path, call);
  return call;
}

const wordBytes = 8;
const prototypes = [1, 2, 3, 4, 5].map((count) =>
  koffi.proto(`unsigned long pkcs11_of_${count}(${Array(count).fill("uint64_t").join(", ")})`),
);

function bind(library: LibraryHandle): Pkcs11Call {
  const getFunctionList = library.func("unsigned long C_GetFunctionList(_Out_ void **list)");
  const list: [bigint | null] = [null];
  if (Number(getFunctionList(list)) !== 0 || list[0] === null) throw new Error("the module gives no list of functions");
  const functions = new BigUint64Array(koffi.view(list[0], (1 + 68) * wordBytes));
  return (name, ...words) => {
    const [position, count] = positions[name];
    // Before the functions stands the version, filled up to a word.
    const address = functions[1 + position] ?? 0n;
    const prototype = prototypes[count - 1];
    if (address === 0n || prototype === undefined) throw new Error(`the module has no ${name}`);
    return Number(koffi.call(address, prototype, ...words));
  };
}
