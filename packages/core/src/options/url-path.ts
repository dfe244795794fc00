/** Whether a value is the path of a URL as it stands in one: with a slash first, encoded, without query and fragment. */
export function isUrlPath(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const url = `http://host${value}`;
  return URL.canParse(url) && new URL(url).pathname === value;
}
