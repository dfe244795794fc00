import { vi } from 'vitest';
import { testVirtualTime } from './virtual-time.ts';

vi.hoisted(() => void vi.useFakeTimers());

testVirtualTime();
