/** Names of parts hold no dot, so none leads out of the folder or the prefix. */
const KEY = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;

/** The key itself. @throws TypeError for one that no store takes: a mistake in the program */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('A blob’s key is made of letters, digits, - and _ between slashes.');
  return key;
}
