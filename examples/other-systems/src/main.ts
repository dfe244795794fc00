import { Queue } from 'bullmq';
import { atlantisSource } from './atlantis.ts';
import { bullmqSource } from './bullmq.ts';
import { gate } from './gate.ts';
import { show } from './show.ts';

const [url, name = 'provision'] = process.argv.slice(2);
if (url === undefined) {
  await show();
} else if (url.startsWith('redis')) {
  const queue = new Queue(name, { connection: { url } });
  await gate(`BullMQ's ${name}`, bullmqSource(queue));
  await queue.close();
} else {
  await gate('Atlantis', atlantisSource(url));
}
