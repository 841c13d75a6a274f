/** A reaction as CodeCommit names it in three ways. */
export interface Reaction {
  readonly shortCode: string;
  readonly emoji: string;
  readonly unicode: string;
}

const known: Readonly<Record<string, string>> = {
  ":thumbsup:": "👍",
  ":thumbsdown:": "👎",
  ":smile:": "😄",
  ":heart:": "❤",
  ":angry:": "😠",
  ":confused:": "😕",
  ":scream:": "😱",
  ":sob:": "😭",
  ":clap:": "👏",
  ":confetti_ball:": "🎊",
  ":ship:": "🚢",
  ":eyes:": "👀",
};

const all: readonly Reaction[] = Object.entries(known).map(([shortCode, emoji]) => {
  const point = emoji.codePointAt(0) ?? 0;
  return { shortCode, emoji, unicode: `U+${point.toString(16).toUpperCase()}` };
});

/** The reaction of a short code, an emoji or a code point; "none" where it takes one back; undefined where it is none. */
export function reactionNamed(value: string): Reaction | "none" | undefined {
  if (value === "" || value === "none" || value === ":none:") return "none";
  // The heart is written with and without the selector that makes it a picture.
  const plain = value.replace(/\ufe0f$/u, "");
  return all.find(({ shortCode, emoji, unicode }) => [shortCode, emoji, unicode].includes(plain));
}
