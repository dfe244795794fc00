import { type Env, preload } from './processes.ts';

const NO_CLOCK = "throw new Error('no clock')";
const THROW_LATER = `setTimeout(() => { ${NO_CLOCK}; });`;

/** Makes a part of the runtime fail once the gate has asked. */
function whenAsked(defect: string): string {
  return `
    import http from 'node:http';
    const { request } = http;
    http.request = (...of) => { ${defect}; return request(...of); };`;
}

/** Environments in which quietgate itself fails, with the message "no clock". */
export const DEFECTS: readonly [where: string, env: Env][] = [
  ['in the gate', preload(`performance.now = () => { ${NO_CLOCK}; }`)],
  ['in a timer', preload(whenAsked(THROW_LATER))],
  ['in two timers', preload(whenAsked(THROW_LATER + THROW_LATER))],
  ['in a promise', preload(whenAsked("Promise.reject(new Error('no clock'))"))],
];

/** Something that would hold the process, as a timer does that nobody takes back. */
export const HELD: Env = preload('setInterval(() => undefined, 1e9)');
