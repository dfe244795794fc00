/** What has become of a check, and why: of one that failed what was seen, and what is right. */
export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
}

export function passed(message: string): Verdict {
  return { outcome: 'passed', message };
}

export function skipped(reason: string): Verdict {
  return { outcome: 'skipped', message: reason };
}

/** @param right what it should have been; left out where what was seen says it */
export function failed(seen: string, right?: string): Verdict {
  return { outcome: 'failed', message: right === undefined ? seen : `${seen}; it should be ${right}` };
}

/** A header as it is quoted in a message. */
export function describeHeader(name: string, value: string | null): string {
  return value === null ? `there is no ${name}` : `${name} is ${JSON.stringify(value)}`;
}
