/** The options that commands share; a command refuses those that mean nothing to it. */
export interface CommandOptions {
  readonly words: readonly string[];
  readonly data?: string | undefined;
  readonly port?: string | undefined;
  readonly "key-file"?: string | undefined;
  readonly profile?: string | undefined;
  readonly input?: string | undefined;
  readonly json: boolean;
  readonly keep: boolean;
  readonly "lift-guardrails"?: boolean | undefined;
  readonly "lift-bucket-policy"?: string | undefined;
  readonly last: boolean;
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  readonly duration?: string | undefined;
  readonly oidc?: string | undefined;
  readonly "client-id"?: string | undefined;
  readonly "no-browser"?: boolean | undefined;
  readonly device?: boolean | undefined;
  readonly endpoint?: string | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly "certificate-key"?: string | undefined;
  readonly sealed?: boolean | undefined;
  readonly to?: string | undefined;
  readonly "new-key-file"?: string | undefined;
  readonly threshold?: string | undefined;
  readonly shares?: string | undefined;
  readonly out?: string | undefined;
}

/** Runs a command; resolves to the exit code. */
export type Command = (options: CommandOptions) => Promise<number>;

export interface CommandEntry {
  readonly name: string;
  readonly synopsis: string;
  readonly summary: string;
  load(): Promise<Command>;
}
