import { buildPackage } from '@quietgate/testkit/build-package';

/** Once for all tests, which start the bundle. */
export default function build(): void {
  buildPackage(new URL('../..', import.meta.url));
}
