/**
 * The header by which a proxy knows who asks, from the credentials in its URL. A user name without a password counts
 * too. Credentials are decoded by the byte and without ever failing, as curl does: `%E9` is one byte, and a stray `%` is
 * a percent sign.
 */
export function proxyCredentials({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const pair = Buffer.concat([percentDecode(username), Buffer.from(':'), percentDecode(password)]);
  return { 'proxy-authorization': `Basic ${pair.toString('base64')}` };
}

function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  const decoded = bytes.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}
