import { runStep } from './run-step.ts';

void runStep(process);
