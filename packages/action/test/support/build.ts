import { buildPackage } from '@quietgate/testkit/build-package';

/** Once for all tests, which run the bundle. */
export default function build(): void {
  buildPackage(new URL('../..', import.meta.url));
}
