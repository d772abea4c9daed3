/** One part of a multipart message. */
export interface OutgoingPart {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly content: Uint8Array;
}

/** The part that carries the data of an attachment (xAPI Communication 1.5.2). */
export const attachmentPart = (contentType: string, sha2: string, content: Uint8Array): OutgoingPart => ({
  headers: {
    'Content-Type': contentType,
    'Content-Transfer-Encoding': 'binary',
    'X-Experience-API-Hash': sha2,
  },
  content,
});

/** A multipart message (RFC 2046 section 5.1) of parts with their headers. */
export function writtenMultipart(parts: readonly OutgoingPart[], boundary: string): Blob {
  const pieces = parts.flatMap(({ headers, content }): BlobPart[] => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return [`--${boundary}\r\n${lines.join('')}\r\n`, content as Uint8Array<ArrayBuffer>, '\r\n'];
  });
  return new Blob([...pieces, `--${boundary}--\r\n`]);
}
