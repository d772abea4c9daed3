/** What is counted and measured, as Prometheus reads it. */
export type { Family } from './exposition.ts';
export { createMeter, type Meter } from './meter.ts';
export { metricsRoutes } from './routes.ts';
