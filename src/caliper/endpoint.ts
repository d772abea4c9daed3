import { isObject, isString, member, type Finding, type JsonObject, type JsonValue } from '../json/index.ts';
import { ontology, type CaliperVersion } from '../ontology/index.ts';
import { checkMembers } from './validation/nodes.ts';
import { OwnTerms } from './validation/own-terms.ts';
import { Report } from './validation/report.ts';

/** What can be wrong with a request to a Caliper endpoint, as far as the specification names it. */
export type EndpointFault =
  | 'no-envelope'
  | 'malformed-envelope'
  | 'unauthorized'
  | 'media-type'
  | 'too-large'
  | 'unsupported-version'
  | 'invalid-record';

/** How an endpoint answers a fault. */
export interface EndpointAnswer {
  /** HTTP status code. */
  readonly status: number;
  /** The fault in words, for the title of a problem document (RFC 9457). */
  readonly title: string;
}

/**
 * The answers of a Caliper endpoint (Caliper 1.2, Endpoint, HTTP Responses; 1.1, 6.1). The size limit is the endpoint's
 * own, which its configuration tells; for a record that breaks the model the specification leaves the choice.
 */
export const endpointAnswers: Readonly<Record<EndpointFault, EndpointAnswer>> = {
  'no-envelope': { status: 400, title: 'The request holds no Caliper envelope' },
  'malformed-envelope': { status: 400, title: 'The Caliper envelope is malformed' },
  unauthorized: { status: 401, title: 'The request is not authorized' },
  'too-large': { status: 413, title: 'The request is larger than this endpoint accepts' },
  'media-type': { status: 415, title: 'The content type must be application/json' },
  'unsupported-version': { status: 422, title: 'This endpoint does not support that version of Caliper' },
  'invalid-record': { status: 422, title: 'The envelope holds a record that breaks the Caliper model' },
};

/**
 * The fault that findings about an envelope amount to, the first in the order in which an endpoint looks: the version
 * before the envelope, the envelope before its records. Undefined where there are no findings.
 */
export function faultOf(findings: readonly Finding[]): EndpointFault | undefined {
  if (findings.length === 0) return undefined;
  if (findings.some(({ rule, fatal }) => rule === 'caliper-data-version' && fatal))
    return 'unsupported-version';
  return findings.some(({ path }) => !path.startsWith('/data/')) ? 'malformed-envelope' : 'invalid-record';
}

/** What `GET` on an endpoint answers (Caliper 1.2, Endpoint, Configuration Information). */
export interface EndpointConfiguration extends JsonObject {
  /** Largest payload of one POST, in kilobytes. */
  caliperMaximumPayloadSize?: number;
  /** Context IRIs of the versions that the endpoint takes. */
  caliperSupportedVersions: string[];
  caliperSupportedExtensions?: JsonObject;
}

/** The configuration of an endpoint. `maximumBytes` is the largest body; the document tells it in whole kilobytes. */
export function endpointConfiguration(options: {
  readonly versions: readonly CaliperVersion[];
  readonly maximumBytes?: number;
  readonly extensions?: JsonObject;
}): EndpointConfiguration {
  const { versions, maximumBytes, extensions } = options;
  return {
    ...(maximumBytes === undefined ? {} : { caliperMaximumPayloadSize: Math.floor(maximumBytes / 1024) }),
    caliperSupportedVersions: versions.map((version) => ontology.context(version)),
    ...(extensions === undefined ? {} : { caliperSupportedExtensions: extensions }),
  };
}

/** Checks another endpoint's configuration. No finding means that it can be read as an {@link EndpointConfiguration}. */
export function validateConfiguration(value: JsonValue): Finding[] {
  if (!isObject(value)) {
    const message = 'an endpoint configuration must be an object';
    return [{ path: '', rule: 'caliper-record', message, fatal: true }];
  }
  const report = new Report();
  const scope = {
    version: '1.2' as const,
    report,
    ownTerms: OwnTerms.none,
    depth: 0,
    unreadable: new Set<string>(),
  };
  checkMembers(value, '', 'EndpointConfiguration', scope);
  return report.findings;
}

/** Versions that an endpoint's configuration names and that are known here; others are left out. */
export function supportedVersions(configuration: JsonObject): CaliperVersion[] {
  const listed = member(configuration, 'caliperSupportedVersions');
  const versions = (Array.isArray(listed) ? listed : []).map((iri) =>
    isString(iri) ? ontology.versionOfContext(iri) : undefined,
  );
  return [...new Set(versions.filter((version) => version !== undefined))];
}
