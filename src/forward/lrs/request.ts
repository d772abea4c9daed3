import type { JsonObject } from '../../json/index.ts';
import type { DescribeDocument } from '../../mappings/index.ts';
import type { OutgoingRequest } from '../call.ts';
import type { ReadyItem } from '../sender.ts';
import { listOf } from '../utf8.ts';
import type { AttachedData } from './attachments.ts';
import { lrsVersion, type LrsDestination } from './config.ts';
import { attachmentPart, writtenMultipart } from './multipart.ts';

function address(
  destination: LrsDestination,
  resource: string,
  parameters: Record<string, string> = {},
): string {
  const base = destination.url.endsWith('/') ? destination.url : `${destination.url}/`;
  const query = new URLSearchParams(parameters).toString();
  return new URL(resource, base).href + (query === '' ? '' : `?${query}`);
}

const versionHeader = (destination: LrsDestination) => ({
  'x-experience-api-version': lrsVersion(destination),
});

/**
 * Statements as one list (xAPI Communication 2.1.2), with the data of their attachments as further parts (1.5.2). The
 * stored texts stand in it as they are. A retry is the same message, byte for byte.
 */
export function postStatements(
  destination: LrsDestination,
  parcel: readonly ReadyItem[],
  attached: readonly AttachedData[] = [],
): OutgoingRequest {
  const url = address(destination, 'statements');
  const list = listOf(
    parcel.map(({ content }) => content),
    ['[', ']'],
  );
  const json = 'application/json';
  if (attached.length === 0) {
    return {
      method: 'POST',
      url,
      headers: { ...versionHeader(destination), 'content-type': json },
      body: list,
    };
  }
  // The digest stands for a text that names the hashes of its parts: no sender can write it into one of them. A
  // boundary has 70 characters at most.
  const boundary = `crosswalk-${(parcel[0]?.outbound.digest ?? '').slice(0, 40)}`;
  const parts = [
    { headers: { 'Content-Type': json }, content: list },
    ...attached.map(({ contentType, sha2, content }) => attachmentPart(contentType, sha2, content)),
  ];
  const headers = { ...versionHeader(destination), 'content-type': `multipart/mixed; boundary=${boundary}` };
  return { method: 'POST', url, headers, body: writtenMultipart(parts, boundary) };
}

/** The statement that an LRS has under an id (xAPI Communication 2.1.3); a voided one has a parameter of its own. */
export function getStatement(destination: LrsDestination, id: string, voided: boolean): OutgoingRequest {
  const parameters = { [voided ? 'voidedStatementId' : 'statementId']: id };
  return {
    method: 'GET',
    url: address(destination, 'statements', parameters),
    headers: versionHeader(destination),
  };
}

/** Where a describe goes, kept with its outbound form. */
export const resourceOf = ({ resource, parameters, profileId }: DescribeDocument): JsonObject => ({
  resource,
  parameters: { ...parameters },
  profileId,
});

function documentAddress(destination: LrsDestination, resource: JsonObject): string {
  const parameters = resource.parameters as Record<string, string>;
  const profileId = resource.profileId as string;
  return address(destination, resource.resource as string, { ...parameters, profileId });
}

/** The document that an LRS has in a place. */
export function getDocument(destination: LrsDestination, resource: JsonObject): OutgoingRequest {
  return {
    method: 'GET',
    url: documentAddress(destination, resource),
    headers: versionHeader(destination),
  };
}

/** Writes a document under a condition: profile resources demand one (xAPI Communication 3.1). */
export function putDocument(
  destination: LrsDestination,
  resource: JsonObject,
  text: string,
  condition: Readonly<Record<string, string>>,
): OutgoingRequest {
  return {
    method: 'PUT',
    url: documentAddress(destination, resource),
    headers: { ...versionHeader(destination), 'content-type': 'application/json', ...condition },
    body: text,
  };
}
