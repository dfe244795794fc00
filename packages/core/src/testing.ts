export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './testing/virtual-clock.ts';
