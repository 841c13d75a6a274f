/** What this server does to a key by itself, because its day has come. Named as KMS names its events of that kind. */
export interface KeyDeed {
  readonly name: "RotateKey" | "DeleteExpiredKeyMaterial" | "DeleteKey";
  readonly keyArn: string;
  readonly materialId?: string;
}

/** Hears of every deed once it is done. */
export type NoteKeyDeed = (deed: KeyDeed) => void;
