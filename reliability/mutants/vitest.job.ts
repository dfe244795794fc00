import { testsIn } from './vitest.ts';

// Its own tests, but for those of the network, which its plan and its report need no more than sockets.
export default testsIn('.', {
  include: [
    'packages/job/src/{plan,report,text,run}/*.test.ts',
    'packages/job/test/{run-*,tokens}.test.ts',
    'packages/cli/test/{hostile-text,options,outcomes,until,wrong-usage}.test.ts',
    'scripts/option-tables.test.ts',
  ],
});
