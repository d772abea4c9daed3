import type { OutgoingRequest } from '../call.ts';
import type { ReadyItem } from '../sender.ts';
import { listOf } from '../utf8.ts';
import type { CaliperDestination } from './config.ts';

/** What `dataVersion` says of each version: the IRI of its context (Caliper 1.2, Envelope). */
const DATA_VERSIONS: Readonly<Record<string, string>> = {
  '1.0': 'http://purl.imsglobal.org/ctx/caliper/v1/Context',
  '1.1': 'http://purl.imsglobal.org/ctx/caliper/v1p1',
  '1.2': 'http://purl.imsglobal.org/ctx/caliper/v1p2',
};

const NEWEST = DATA_VERSIONS['1.2'];

/** The `dataVersion` of the envelope that an item goes in. */
export function dataVersion({ item, outbound }: ReadyItem): string {
  const written = outbound.resource?.version;
  const version = typeof written === 'string' ? written : item.record.version;
  return DATA_VERSIONS[version] ?? NEWEST ?? '';
}

/** An envelope with items of one data version. The stored texts stand in it as they are. */
export function postEnvelope(
  destination: CaliperDestination,
  parcel: readonly ReadyItem[],
  sendTime: string,
): OutgoingRequest {
  const version = parcel[0] ? dataVersion(parcel[0]) : NEWEST;
  const head = JSON.stringify({ sensor: destination.sensor, sendTime, dataVersion: version }).slice(0, -1);
  return {
    method: 'POST',
    url: destination.url,
    headers: { 'content-type': 'application/json' },
    body: listOf(
      parcel.map(({ content }) => content),
      [`${head},"data":[`, ']}'],
    ),
  };
}
