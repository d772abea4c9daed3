import { Webhook } from 'standardwebhooks';
import type { Alert } from '../../audit/index.ts';
import type { Fetch } from '../../forward/index.ts';

/** Where alerts go. */
export interface WebhookSettings {
  readonly url: string;
  /** Key of the signature (HMAC-SHA-256). */
  readonly secret: string;
}

/** Milliseconds that one request may take. */
export const WEBHOOK_TIMEOUT = 10_000;

/** What a webhook's receiver gets of an alert. */
const bodyOf = ({ kind, subject, status, at, details }: Alert) =>
  JSON.stringify({
    type: `crosswalk.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: { subject, status, details },
  });

/**
 * Tells an alert by a POST as Standard Webhooks says it: signed over its id, the time and its body. The id stays the same
 * with each try, so that the receiver knows a repetition. Gives the status, or null where no answer came.
 */
export async function sendWebhook(
  alert: Alert,
  { url, secret }: WebhookSettings,
  fetch: Fetch,
  now: number,
  signal?: AbortSignal,
): Promise<number | null> {
  const body = bodyOf(alert);
  const webhook = new Webhook(secret, { format: 'raw' });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': alert.id,
        'webhook-timestamp': String(Math.floor(now / 1_000)),
        'webhook-signature': webhook.sign(alert.id, new Date(now), body),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(WEBHOOK_TIMEOUT), ...(signal ? [signal] : [])]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
