import { buildPackage } from '../../../../scripts/build-package.ts';

/** Once for all tests, which start the bundle. */
export default function build(): void {
  buildPackage(new URL('../..', import.meta.url));
}
