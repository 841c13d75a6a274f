const charactersMax = 256;
// eslint-disable-next-line no-control-regex -- they are what a reference's name must not have
const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|\/$|\.$|^@$/;

/** Whether a branch may have the name: git's rules (git-check-ref-format), up to 256 characters. */
export function isBranchName(name: string): boolean {
  if (name.length === 0 || name.length > charactersMax || forbidden.test(name)) return false;
  if (name === "HEAD" || !name.isWellFormed()) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}

/** Whether a branch may be given the name: as in AWS, not that of a commit, which it would be taken for. */
export function isNewBranchName(name: string): boolean {
  return isBranchName(name) && !/^[0-9a-f]{40}$/i.test(name);
}
