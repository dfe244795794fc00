/* For workerd, the runtime of Cloudflare's Workers: no Node globals, no process, no setImmediate. */
import { checks, runAll } from './smoke.ts';

export default {
  async test() {
    const nodeGlobals = ['process', 'Buffer', 'setImmediate', 'require'].filter((name) => name in globalThis);
    if (nodeGlobals.length > 0) throw new Error(`not a bare worker: it has ${nodeGlobals.join(', ')}`);
    console.log(`${await runAll(checks)} checks passed`);
  },
};
