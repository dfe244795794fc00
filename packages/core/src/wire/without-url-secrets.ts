/** More of a text is not looked at, however long it is. */
const MAX_READ = 2000;

/** What stands before a URL's host, or follows its path, may be secret. */
const CREDENTIALS = /(\bhttps?:\/\/)[^\s/?#"<>]*@/gi;
const BEHIND_PATH = /(\bhttps?:\/\/[^\s?#'"<>]*)[?#][^\s'"<>]*/gi;

/** Of a path alone, too, since a server may quote what it was asked; in that there is always a `nonce=`. */
const QUERY = /(?<=[\w/.~%-])\?[^\s'"<>=]*=[^\s'"<>]*/g;

/** The beginning of a text, without the credentials, queries and fragments of the URLs in it. */
export function withoutUrlSecrets(text: string): string {
  return text.slice(0, MAX_READ).replace(CREDENTIALS, '$1').replace(BEHIND_PATH, '$1').replace(QUERY, '');
}
