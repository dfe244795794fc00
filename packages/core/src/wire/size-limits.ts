/** How much of an answer's body is read, in bytes; an answer that is longer is no count. A server stays below it. */
export const MAX_BODY_BYTES = 1_048_576;

/** How many ids an answer lists at most, however many are in flight. */
export const MAX_IDS_LISTED = 1000;
