import { allowedHosts } from '../forward/index.ts';
import type { Configuration } from './config.ts';
import type { Settings } from './settings.ts';

/** Hosts of private networks that a configuration allows by name: of destinations, of keys, and of whoever is alerted. */
export function privateHosts(
  { sources, issuers, pulls }: Configuration,
  settings: Settings,
): ReadonlySet<string> {
  const keys = [...sources.map(({ signed }) => signed?.keys), ...issuers.map((issuer) => issuer.keys)];
  const ofKeys = keys.flatMap((setting) =>
    setting && 'url' in setting && setting.allowPrivate ? [new URL(setting.url).hostname] : [],
  );
  // An alert goes to an address that only the operator can name, and holds no record.
  const { webhook } = settings.alerts ?? {};
  const ofAlerts = webhook ? [new URL(webhook.url).hostname] : [];
  // What is read from an LRS of the own network is what it is there for.
  const ofPulls = pulls.map(({ url }) => new URL(url).hostname);
  return new Set([...allowedHosts(settings.destinations), ...ofKeys, ...ofAlerts, ...ofPulls]);
}
