import { createCordon } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/express';
import { inFlightCount as inFlightCountPlugin } from '@quietgate/http-adapters/fastify';
import { inFlightCount as inFlightCountHandler } from '@quietgate/http-adapters/fetch';
import express from 'express';
import Fastify from 'fastify';

const listDeployments = () => [{ id: 'a', status: 'pending', owner: 'b' }];

export const app = express();
app.use(inFlightCount({ listDeployments }));
app.use(deployCordon({ cordon: createCordon(), authorize: 'a token of some length' }));

export const fastify = Fastify();
await fastify.register(inFlightCountPlugin, { listDeployments });

export const answer: (request: Request) => Promise<Response> = inFlightCountHandler({ listDeployments });
