/** What follows once records stand in the log, in the thread that answers requests or in others. */
export { createFollowUp, crosswalksOf, type FollowUp, type Tables } from './follow-up.ts';
export { startFollowUp, THREADS_START } from './threaded.ts';
