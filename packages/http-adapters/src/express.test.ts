import express, { Router } from 'express';
import express4, { Router as Router4 } from 'express4';
import { createServer } from 'node:http';
import { describeAdapter } from './adapter-contract.ts';
import { inFlightCount } from './express.ts';

describeAdapter({
  name: 'Express 5',
  createServer: (options) => createServer(express().use(inFlightCount(options))),
});

describeAdapter({
  name: 'Express 5, on a router below a mount path',
  prefix: '/ops',
  createServer: (options) => createServer(express().use('/ops', Router().use(inFlightCount(options)))),
});

describeAdapter({
  name: 'Express 4',
  createServer: (options) => createServer(express4().use(inFlightCount(options))),
});

describeAdapter({
  name: 'Express 4, on a router below a mount path',
  prefix: '/ops',
  createServer: (options) => createServer(express4().use('/ops', Router4().use(inFlightCount(options)))),
});
