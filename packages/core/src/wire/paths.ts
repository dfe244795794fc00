/** Where a server answers how much is in flight; appended to the base URL that `waitForQuiet` is given. */
export const IN_FLIGHT_COUNT_PATH = '/api/v1/deployments/in-flight-count';

/** The base URL of the API that the command line and the action ask when they are told no other. */
export const DEFAULT_API_URL = 'https://console.openova.io';
