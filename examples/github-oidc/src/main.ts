import { createServer } from 'node:http';
import { createRuns } from '@quietgate/core';
import { serveRuns } from '@quietgate/http-adapters/node';
import { verifyGitHubToken } from './verify-github-token.ts';

const { PORT = '8080', REPOSITORY = 'acme/catalyst-api' } = process.env;

const runs = createRuns();

const server = createServer(
  serveRuns({
    runs,
    cordonToken: verifyGitHubToken({
      audience: 'https://console.acme.example',
      repository: REPOSITORY,
      environment: 'production',
      workflow: `${REPOSITORY}/.github/workflows/deploy.yml@refs/heads/main`,
    }),
  }),
);

server.listen(Number(PORT), () => {
  console.log(`deploys of ${REPOSITORY} may raise the cordon, on port ${PORT}`);
});
