import { do_not_optimize, measure } from 'mitata';

/** Microseconds of the fastest of many tries: what else the machine does can only make them slower. */
export async function bestUs(work: () => unknown): Promise<number> {
  const once = () => {
    do_not_optimize(work());
  };
  const { min } = await measure(once, { min_cpu_time: 50e6, min_samples: 4 });
  return min / 1000;
}
