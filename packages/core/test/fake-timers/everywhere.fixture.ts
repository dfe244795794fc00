import { testVirtualTime } from './virtual-time.ts';

testVirtualTime();
