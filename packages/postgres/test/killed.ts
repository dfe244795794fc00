import { endWithThisProcess } from '@quietgate/testkit/end-with-this-process';
import { spawn } from 'node:child_process';

/* A process with a server that writes to the same output, and so keeps it open for as long as it lives. */
const [, , folder = ''] = process.argv;
const server = spawn('sleep', ['3600'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
endWithThisProcess(server, folder);
console.log('started');
