import { allowedHosts } from '../forward/index.ts';
import type { Configuration } from './config.ts';
import type { Settings } from './settings.ts';

/** Hosts of private networks that a configuration allows by name, each for what it is named for and nothing else. */
export interface PrivateHosts {
  readonly destinations: ReadonlySet<string>;
  /** Of the keys of issuers and signers. */
  readonly keys: ReadonlySet<string>;
  readonly alerts: ReadonlySet<string>;
  readonly pulls: ReadonlySet<string>;
}

const hostsOf = (addresses: readonly string[]) => new Set(addresses.map((url) => new URL(url).hostname));

/** The private hosts that a configuration allows: a webhook's or an LRS's that is read is none to deliver to. */
export function privateHosts(
  { sources, issuers, pulls }: Configuration,
  { destinations, alerts }: Settings,
): PrivateHosts {
  const keys = [...sources.map(({ signed }) => signed?.keys), ...issuers.map((issuer) => issuer.keys)];
  return {
    destinations: allowedHosts(destinations),
    keys: hostsOf(
      keys.flatMap((setting) => (setting && 'url' in setting && setting.allowPrivate ? [setting.url] : [])),
    ),
    // An alert goes to an address that only the operator can name, and holds no record.
    alerts: hostsOf(alerts ? [alerts.webhook.url] : []),
    // What is read from an LRS of the own network is what it is there for.
    pulls: hostsOf(pulls.map(({ url }) => url)),
  };
}
