import { Queue } from 'bullmq';
import { atlantisSource } from './atlantis.ts';
import { bullmqSource } from './bullmq.ts';
import { gate } from './gate.ts';
import { show } from './show.ts';

const [url, name = 'provision', prefix = 'bull'] = process.argv.slice(2);
if (url === undefined) {
  await show();
} else if (url.startsWith('redis')) {
  const queue = new Queue(name, { connection: { url }, prefix });
  const source = bullmqSource(queue);
  try {
    await source(); // a misspelt name is wrong usage, and no reason to fail open
    await gate(`BullMQ's ${name}`, source);
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
  await queue.close();
} else {
  await gate('Atlantis', atlantisSource(url));
}
