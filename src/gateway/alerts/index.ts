/** Alerts: what people are told by a webhook. */
export { createAlerter, type Alerter, type AlerterOptions } from './alerter.ts';
export { isStorageFault, isWorthALook } from './notices.ts';
export type { Thresholds } from './conditions.ts';
export type { WebhookSettings } from './webhook.ts';
