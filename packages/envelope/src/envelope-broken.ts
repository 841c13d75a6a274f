/** What was read is not what was sealed under this key and this associated data. */
export class EnvelopeBroken extends Error {
  override readonly name = "EnvelopeBroken";
}
