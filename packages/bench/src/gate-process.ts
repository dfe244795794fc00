import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inTurns } from './measure/in-turns.ts';
import { curlLoop, hasCurl, node, quietgate, waitOn } from './measure/programs.ts';
import { runProgram, type Took } from './measure/run-program.ts';
import { median, medianRatio } from './measure/statistics.ts';
import { type Chart, type Section, showNumber } from './report/section.ts';

const GREEN_ROUNDS = 15;
const WAIT_ROUNDS = 2;
const POLLS = 90;

/** The gate as one process of a deploy job. */
export async function gateProcess(): Promise<Section> {
  const server = await countdownServer();
  const { url } = server;
  const green = await inTurns<string, Took>(
    {
      quietgate: () => runProgram(`${node} ${quietgate} --no-long-poll ${url}`),
      'node -e 0': () => runProgram(`${node} -e 0`),
      'node -e fetch': () => runProgram(`${node} -e "fetch('${url}').then(r => r.json())"`),
      'wait-on': () => runProgram(`${node} ${waitOn} ${url}`),
      ...(hasCurl() && { 'curl and jq': () => runProgram(curlLoop(url, 0.1)) }),
    },
    GREEN_ROUNDS,
  );
  const waited = (program: string) => () => {
    server.restart();
    return runProgram(program);
  };
  const wait = await inTurns<string, Took>(
    {
      quietgate: waited(`${node} ${quietgate} --no-long-poll --interval 100ms --max-wait 5m ${url}`),
      'wait-on': waited(`${node} ${waitOn} --interval 100 --delay 0 ${url}`),
      ...(hasCurl() && { 'curl and jq': waited(curlLoop(url, 0.1)) }),
    },
    WAIT_ROUNDS,
  );
  server.close();
  const wall = (took: readonly Took[] = []) => took.map(({ wallMs }) => wallMs);
  const cpu = (took: readonly Took[] = []) => took.map(({ cpuMs }) => cpuMs);
  const peak = (took: readonly Took[] = []) => took.map(({ peakMib }) => peakMib);

  return {
    title: 'Gate as a process',
    text: `\`quietgate\` beside a loop of \`curl\` and \`jq\`, \`wait-on\`, and a Node that does nothing or asks once by \`fetch\`, against a server on
loopback. First one green poll (${GREEN_ROUNDS} rounds); then a wait of ${POLLS} polls, a tenth of a second apart (${WAIT_ROUNDS} rounds). CPU
is that of all processes together, peak memory that of the largest.`,
    charts: [gateChart(Object.entries(green).map(([name, took]) => [name, median(wall(took))]))],
    tables: [
      {
        columns: ['one green poll', 'wall, ms', 'CPU, ms'],
        rows: Object.entries(green).map(([name, took]) => [
          name,
          showNumber(median(wall(took))),
          showNumber(median(cpu(took))),
        ]),
      },
      {
        columns: [`${POLLS} polls`, 'wall, s', 'CPU, ms', 'peak memory, MiB'],
        rows: Object.entries(wait).map(([name, took]) => [
          name,
          showNumber(median(wall(took)) / 1000),
          showNumber(median(cpu(took))),
          showNumber(median(peak(took))),
        ]),
      },
    ],
    goals: [
      {
        what: 'one green poll, as a multiple of a Node that does nothing',
        found: medianRatio(wall(green['quietgate']), wall(green['node -e 0'])),
        atMost: 1.5,
        why: 'it loads what a green poll needs and asks once; what is left is mostly that.',
      },
      {
        what: 'one green poll, as a multiple of a bare fetch',
        found: medianRatio(wall(green['quietgate']), wall(green['node -e fetch'])),
        atMost: 0.75,
        why: 'it loads what a green poll needs and asks once; what is left is mostly that.',
      },
      ...Object.entries(wait)
        .filter(([name]) => name !== 'quietgate')
        .flatMap(([name, took]) => [
          {
            what: `CPU of ${POLLS} polls, as a multiple of ${name}`,
            found: medianRatio(cpu(wait['quietgate']), cpu(took)),
            atMost: 1,
            why: 'a Node takes its time to start.',
          },
          {
            what: `peak memory of ${POLLS} polls, as a multiple of ${name}`,
            found: medianRatio(peak(wait['quietgate']), peak(took)),
            atMost: 1,
            why: 'nearly all of it is Node itself, and a Node that does nothing takes several times what curl takes.',
          },
        ]),
    ],
  };
}

/** How long each program takes to find that all is quiet. */
function gateChart(medians: readonly (readonly [name: string, wallMs: number])[]): Chart {
  const times = new Map(medians.map(([name, ms]) => [name, showNumber(ms)]));
  const others = ['wait-on', 'curl and jq'].flatMap((name) => {
    const ms = times.get(name);
    return ms === undefined ? [] : `${name} ${ms} ms`;
  });
  return {
    name: 'gate-process',
    title: `A green light takes ${times.get('quietgate') ?? '?'} ms; ${others.join(', ')}`,
    axis: 'milliseconds from the start of the process to its end',
    best: 'shortest',
    bars: medians.map(([label, value]) => ({ group: '', label, value, isOurs: label === 'quietgate' })),
  };
}

/** Quiet, and after a restart only at the poll after so many. To `wait-on`, which looks at the status, it says the same. */
async function countdownServer() {
  let left = 0;
  const server = createServer((request, response) => {
    const isQuiet = left === 0;
    left = Math.max(0, left - 1);
    const looksAtStatus =
      request.method === 'HEAD' || request.headers['user-agent']?.includes('axios') === true;
    response.writeHead(isQuiet || !looksAtStatus ? 200 : 503, { 'content-type': 'application/json' });
    response.end(`{"count":${isQuiet ? 0 : 1},"ids":[]}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    restart: () => (left = POLLS),
    close: () => server.close(),
  };
}
