import { countInFlight } from '@quietgate/core';
import { fc, test } from '@quietgate/testkit/property';
import { tableRows } from '@quietgate/testkit/readme';
import { describe, expect, it } from 'vitest';
import { BULLMQ_STATUSES, classifyBullmqJob } from './bullmq.ts';
import { classifyGitlabPipeline, GITLAB_STATUSES } from './gitlab.ts';
import { classifyPulumiUpdate, PULUMI_STATUSES } from './pulumi.ts';
import { classifySpaceliftRun, SPACELIFT_STATUSES } from './spacelift.ts';
import { classifyTerraformRun, TERRAFORM_STATUSES } from './terraform-cloud.ts';

const SYSTEMS = [
  { system: 'Terraform Cloud, Enterprise', table: TERRAFORM_STATUSES, classify: classifyTerraformRun },
  { system: 'Spacelift', table: SPACELIFT_STATUSES, classify: classifySpaceliftRun },
  { system: 'Pulumi', table: PULUMI_STATUSES, classify: classifyPulumiUpdate },
  { system: 'GitLab', table: GITLAB_STATUSES, classify: classifyGitlabPipeline },
  { system: 'BullMQ', table: BULLMQ_STATUSES, classify: classifyBullmqJob },
];

const README = tableRows(new URL('../README.md', import.meta.url), 'What a restart does to each status');

it('has each system in the README', () => {
  expect(README.map(([system]) => system)).toEqual(SYSTEMS.map(({ system }) => system));
});

describe.each(SYSTEMS)('$system', ({ system, table, classify }) => {
  const { destroyed, unharmed, over } = table;
  const named = [...destroyed, ...unharmed, ...over];
  const classesOf = (statuses: readonly string[]) =>
    new Set(statuses.map((status) => classify({ id: 't13', status })));

  it('stands in the README as it is in the code', () => {
    const cells = README.find(([name]) => name === system)?.slice(1) ?? [];
    const statuses = cells.map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, status]) => status));
    expect(statuses).toEqual([destroyed, unharmed, over]);
  });

  it('names each status once', () => {
    expect(new Set(named).size).toBe(named.length);
  });

  it('blocks for what a restart destroys, and for nothing else that it names', () => {
    expect(classesOf(destroyed)).toEqual(new Set(['phase-0']));
    expect(classesOf(unharmed)).toEqual(new Set(['phase-1']));
    expect(classesOf(over)).toEqual(new Set(['terminal']));
    const runs = named.map((status) => ({ id: status, status }));
    expect(countInFlight(runs, { classify }).ids).toEqual([...destroyed].sort());
  });

  const strangeArb = fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'toString', '', 'adopted', 'ready'),
    fc.constantFrom(...named).map((status) => ` ${status}`),
  );

  test.prop([strangeArb.filter((status) => !named.includes(status))])(
    'a status that the table does not name blocks',
    (status) => {
      expect(classify({ id: 't13', status })).toBe('phase-0');
    },
  );
});
