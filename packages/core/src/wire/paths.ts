/** Where a server answers how much is in flight; appended to the base URL that `waitForQuiet` is given. */
export const IN_FLIGHT_COUNT_PATH = '/api/v1/deployments/in-flight-count';

/** Where a server raises, lifts and shows its cordon; appended to the base URL that the gate is given. */
export const CORDON_PATH = '/api/v1/deployments/cordon';

/** Where, by convention, a server says by its status alone whether it is quiet: 200 or 503. */
export const QUIET_PATH = '/api/v1/deployments/quiet';

/** The base URL of the API that the command line and the action ask when they are given no other. */
export const DEFAULT_API_URL = 'https://console.openova.io';
