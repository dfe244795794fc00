import { test, unicodeString } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { workflowCommand } from './workflow-command.ts';

it.each([
  [workflowCommand('endgroup'), '::endgroup::'],
  [workflowCommand('group', 'a: b, c'), '::group::a: b, c'],
  [workflowCommand('notice', '100%\r\nmore', 'a: b, 5%'), '::notice title=a%3A b%2C 5%25::100%25%0D%0Amore'],
])('%s', (command, expected) => {
  expect(command).toBe(expected);
});

test.prop([unicodeString(), unicodeString()])(
  'is one command with one property, whatever it says',
  (text, title) => {
    const command = workflowCommand('warning', text, title);
    const [, properties = '', data = ''] = /^::warning title=([^:,\r\n]*)::([^\r\n]*)$/.exec(command) ?? [];
    expect(decode(properties)).toBe(title);
    expect(decode(data)).toBe(text);
  },
);

/** As the runner does. */
function decode(escaped: string): string {
  return [
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%3A', ':'],
    ['%2C', ','],
    ['%25', '%'],
  ].reduce((text, [code = '', character = '']) => text.replaceAll(code, character), escaped);
}
