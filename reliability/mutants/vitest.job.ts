import { testsIn } from './vitest.ts';

// Without what needs sockets, which its plan and its report do not.
export default testsIn('packages/job/src', { include: ['{plan,report,text,run}/*.test.ts'] });
