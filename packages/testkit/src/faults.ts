import { BODY_FAULTS } from './body-faults.ts';
import { CONNECTION_FAULTS } from './connection-faults.ts';
import type { Fault } from './fault.ts';
import { PROTOCOL_FAULTS } from './protocol-faults.ts';

/** The ways in which an endpoint goes wrong that take no more memory than an answer does. */
export const FAULTS: readonly Fault[] = [...CONNECTION_FAULTS, ...PROTOCOL_FAULTS, ...BODY_FAULTS];
