/*
 * Fails where code or documents use an expression of which another is the field's own. Single words stand in
 * `cspell.config.yaml` (`flagWords`), which knows no expressions.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const BETTER: readonly (readonly [expression: RegExp, better: string])[] = [
  [/\bsigns? of life\b/i, 'heartbeat'],
  [/\b(hold|holds|held|holding) off (new )?runs\b|\bruns are (not )?held off\b/i, 'block or refuse runs'],
  [/\bare made up\b|\bmade up by\b/i, 'generated'],
  [/\bin the turn in which\b/i, 'synchronously'],
  [/\bcounts? for nothing\b/i, 'is not counted'],
  [/\bgoes on as without\b/i, 'continues without the cordon'],
  [/\bcannot be had\b/i, 'is unavailable'],
  [/\bof one's own\b/i, 'your, or custom'],
  [/\b(name|names) that (is|are) none\b|\bunder a name that is none\b/i, 'unknown'],
  [/\bpassing failures?\b/i, 'transient error'],
  [/\bsave for\b/i, 'except'],
  [/\bthe cap\b/i, 'the maximum wait'],
  [/\bleases?\b[^.]{0,40} ends? by (itself|themselves)\b/i, 'expires'],
];

const files = execFileSync('git', ['ls-files', '*.ts', '*.js', '*.md', '*.yml', '*.yaml', '*.json'], {
  encoding: 'utf8',
})
  .trimEnd()
  .split('\n')
  .filter((file) => !/CHANGELOG|pnpm-lock|scripts\/check-words/.test(file));

const found = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      BETTER.filter(([expression]) => expression.test(line)).map(
        ([expression, better]) => `${file}:${at + 1} "${expression.exec(line)?.[0] ?? ''}": ${better}`,
      ),
    ),
);
for (const each of found) console.error(each);
if (found.length > 0) process.exitCode = 1;
