import { describe, expect, it } from 'vitest';
import {
  endpointAnswers,
  endpointConfiguration,
  faultOf,
  supportedVersions,
  validateConfiguration,
  validateEnvelope,
} from '../src/caliper/index.ts';
import type { JsonObject } from '../src/json/index.ts';
import { anEvent } from './support/records.ts';

const V1P1 = 'http://purl.imsglobal.org/ctx/caliper/v1p1';
const V1P2 = 'http://purl.imsglobal.org/ctx/caliper/v1p2';

const envelope = (members: JsonObject = {}): JsonObject => ({
  sensor: 'https://example.edu/sensors/1',
  sendTime: '2025-09-01T08:00:01.000Z',
  dataVersion: V1P2,
  data: [anEvent()],
  ...members,
});

describe('the configuration of an endpoint', () => {
  it('tells versions by their contexts, and the payload in kilobytes', () => {
    const configuration = endpointConfiguration({
      versions: ['1.1', '1.2'],
      maximumBytes: 524_288,
      extensions: { endpointName: 'Example Endpoint' },
    });
    expect(configuration).toEqual({
      caliperMaximumPayloadSize: 512,
      caliperSupportedVersions: [V1P1, V1P2],
      caliperSupportedExtensions: { endpointName: 'Example Endpoint' },
    });
    expect(validateConfiguration(configuration)).toEqual([]);
    expect(supportedVersions(configuration)).toEqual(['1.1', '1.2']);
  });

  it('of others is checked, and read as far as it is understood', () => {
    const theirs = {
      caliperMaximumPayloadSize: 'large',
      caliperSupportedVersions: [`${V1P2}/`, 5],
      vendor: true,
    };
    expect(validateConfiguration(theirs).map(({ path }) => path)).toEqual([
      '/caliperMaximumPayloadSize',
      '/caliperSupportedVersions/1',
      '/vendor',
    ]);
    expect(supportedVersions(theirs)).toEqual(['1.2']);
    expect(validateConfiguration({}).map(({ rule }) => rule)).toEqual(['caliper-required']);
  });
});

describe('what findings about an envelope amount to', () => {
  const statusOf = (members: JsonObject) => {
    const fault = faultOf(validateEnvelope(envelope(members)));
    return fault && [fault, endpointAnswers[fault].status];
  };

  it('follows the specification', () => {
    expect(statusOf({})).toBeUndefined();
    expect(statusOf({ sensor: undefined })).toEqual(['malformed-envelope', 400]);
    expect(statusOf({ dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v9' })).toEqual([
      'unsupported-version',
      422,
    ]);
    expect(statusOf({ data: [anEvent({ actor: null })] })).toEqual(['invalid-record', 422]);
  });
});
