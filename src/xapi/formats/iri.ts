import { shown, type Check } from '../report.ts';

// RFC 3987 leaves out controls, spaces and <>"{}|\^`; a percent sign begins two hexadecimal digits
// eslint-disable-next-line no-control-regex
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[^\u0000-\u0020\u007f-\u00a0"<>\\^`{|}%]|%[0-9A-Fa-f]{2})+$/;
const ASCII = /^[!-~]+$/;

/**
 * True for an absolute IRI (RFC 3987): a scheme, and no character that an IRI has to encode. Brackets are let pass
 * wherever they stand, since Data 2.2 asks for best effort and links with `?ids[]=1` are common.
 */
export function isIri(text: string): boolean {
  return IRI.test(text);
}

/** True for an absolute URI (RFC 3986): an IRI of ASCII characters. */
export function isUri(text: string): boolean {
  return ASCII.test(text) && IRI.test(text);
}

/** An IRI with a scheme (Data 2.2, 4.3). Serves for IRLs too: whether one resolves cannot be seen from its text. */
export const iri: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'an IRI');
  if (!isIri(value)) {
    report.say(path, 'xapi-iri', `${shown(value)} is no absolute IRI, such as "http://example.com/course"`);
  }
};
