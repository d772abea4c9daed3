import { shown, type Check } from '../report.ts';

// RFC 9110 8.3.1: type "/" subtype, then parameters whose values are tokens or quoted strings
const MEDIA_TYPE =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))*[ \t]*;?$/;

/** True for an internet media type with or without parameters, such as `text/plain; charset=ascii`. */
export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text);
}

/** An internet media type (Data 2.4.11, `contentType`). */
export const mediaType: Check = (value, path, report) => {
  if (typeof value !== 'string') return report.mistyped(path, value, 'an internet media type');
  if (!isMediaType(value)) {
    report.say(
      path,
      'xapi-attachment-content-type',
      `${shown(value)} is no internet media type, such as "text/plain"`,
    );
  }
};
