import { isObject, isString, member, pointer } from '../json/index.ts';
import { ontology } from '../ontology/index.ts';
import type { Envelope, OpenEnvelope } from './caliper.types.ts';
import { recogniseItem } from './recognise.ts';
import { detectVersion } from './versions/detect.ts';

/**
 * Takes an envelope apart (Caliper 1.2, Envelope): who sent it, when (an ISO 8601 string, as sent), and its records
 * with what each is and in which version. Members that are missing or of the wrong kind read as null; no `data` reads
 * as no items. Whether that is allowed is for `validateEnvelope` to say.
 */
export function openEnvelope(envelope: Envelope): OpenEnvelope {
  const text = (name: string) => {
    const value = member(envelope, name);
    return isString(value) ? value : null;
  };
  const data = member(envelope, 'data');
  const dataVersion = text('dataVersion');
  const fallback = (dataVersion === null ? undefined : ontology.versionOfContext(dataVersion)) ?? '1.2';
  return {
    sensor: text('sensor'),
    sendTime: text('sendTime'),
    dataVersion,
    items: (Array.isArray(data) ? data : []).map((value, index) => ({
      index,
      path: pointer('', 'data', index),
      kind: recogniseItem(value),
      value,
      version: isObject(value) ? detectVersion(value, dataVersion ?? undefined).version : fallback,
    })),
  };
}
