import { endJob } from './end-job.ts';

void endJob(process);
