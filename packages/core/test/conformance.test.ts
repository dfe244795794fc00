import { readFileSync } from 'node:fs';
import { classifyDeployment, countInFlight, type Deployment, STATUS_TABLE } from '@quietgate/core';
import { describe, expect, it } from 'vitest';

interface Case {
  readonly record: Deployment;
  readonly class: string;
  readonly blocks: boolean;
}

const cases = JSON.parse(
  readFileSync(new URL('../../../conformance/status-table.json', import.meta.url), 'utf8'),
) as readonly Case[];

describe('the table for servers in any language', () => {
  it.each(cases)('$record.status with adoptedAt $record.adoptedAt is $class', (each) => {
    expect(classifyDeployment(each.record)).toBe(each.class);
    expect(countInFlight([each.record])).toEqual({
      count: each.blocks ? 1 : 0,
      ids: each.blocks ? [each.record.id] : [],
    });
  });

  it('has a record of each row of the table, and of each kind', () => {
    const statuses = new Set(cases.map(({ record }) => record.status));
    expect(Object.keys(STATUS_TABLE).filter((status) => !statuses.has(status))).toEqual([]);
    expect(new Set(cases.map((each) => each.class))).toEqual(
      new Set(['phase-0', 'phase-1', 'terminal', 'adopted', 'unknown']),
    );
  });

  it('has ids of its own', () => {
    expect(new Set(cases.map(({ record }) => record.id)).size).toBe(cases.length);
  });
});
