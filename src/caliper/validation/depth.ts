/** Deeper than any record of the model; a limit, so that no input can exhaust the stack. */
export const DEEPEST = 60;
