/** Where everything that the gateway mints stands. Nothing else is minted. */
export const CROSSWALK = 'https://w3id.org/crosswalk/';

/** Where Caliper's own terms stand: a property without a place in xAPI is carried under its own IRI. */
export const CALIPER = 'http://purl.imsglobal.org/caliper/';

/** Gateway IRIs by what they hold. */
export const IRI = {
  residual: `${CROSSWALK}residual`,
  action: `${CROSSWALK}action`,
  type: `${CROSSWALK}type`,
  object: `${CROSSWALK}object`,
  verb: `${CROSSWALK}verb`,
  activityType: `${CROSSWALK}activityType`,
  envelope: `${CROSSWALK}envelope`,
  context: `${CROSSWALK}context`,
  result: `${CROSSWALK}result`,
  statement: `${CROSSWALK}statement`,
  interaction: `${CROSSWALK}interaction`,
  moreInfo: `${CROSSWALK}moreInfo`,
  objectType: `${CROSSWALK}objectType`,
  subStatement: `${CROSSWALK}subStatement`,
  platform: `${CROSSWALK}platform`,
  describe: `${CROSSWALK}describe`,
} as const;

/** Prefixes of derived ids and of extension keys that are no IRIs. */
export const PREFIX = {
  key: `${CROSSWALK}key/`,
  blank: `${CROSSWALK}genid/`,
  notIri: `${CROSSWALK}id/`,
  platform: `${CROSSWALK}platform/`,
  session: `${CROSSWALK}session/`,
  action: `${CALIPER}actions/`,
} as const;

/** True for an absolute IRI: a scheme, and none of the characters that RFC 3987 forbids. */
export function isIri(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\u0000-\u0020]+$/.test(text);
}
