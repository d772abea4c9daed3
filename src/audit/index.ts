/** The record log: one interface, a driver a host. The drivers have doors of their own, since each needs its host. */
export { describedWith } from './described.ts';
export * from './erasures.ts';
export * from './log.ts';
export { untroubled } from './rows.ts';
export type * from './alerts.ts';
export type * from './dead-letters.ts';
export type * from './deliveries.ts';
export type * from './documents.ts';
export type * from './keys.ts';
export type * from './pulls.ts';
export type * from './record-pages.ts';
export type * from './proof.ts';
export type * from './statements.ts';
export * from './terms.ts';
