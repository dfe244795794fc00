import { expect, it } from 'vitest';
import * as core from './index.ts';
import * as testing from './testing.ts';

it('exports these names and no others', () => {
  expect(Object.keys(core).sort()).toEqual([
    'CORDON_PATH',
    'CordonRefused',
    'DEFAULT_API_URL',
    'IN_FLIGHT_COUNT_PATH',
    'IN_FLIGHT_STATUSES',
    'QUIET_PATH',
    'RunRefused',
    'STATUS_TABLE',
    'classifyDeployment',
    'countInFlight',
    'createCordon',
    'createDrain',
    'createInFlightIndex',
    'createRuns',
    'exceptStale',
    'fetchCordon',
    'fetchInFlightCount',
    'parseInFlightCount',
    'systemClock',
    'uncordon',
    'waitForQuiet',
    'whenQuiet',
  ]);
  expect(Object.keys(testing)).toEqual(['createVirtualClock']);
});

it('knows where the endpoints live', () => {
  expect(core.DEFAULT_API_URL).toBe('https://console.openova.io');
  expect(core.IN_FLIGHT_COUNT_PATH).toBe('/api/v1/deployments/in-flight-count');
  expect(core.CORDON_PATH).toBe('/api/v1/deployments/cordon');
  expect(core.QUIET_PATH).toBe('/api/v1/deployments/quiet');
});
