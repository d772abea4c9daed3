import { Duplex } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';

/** Makes a stream that undoes one content coding. */
export type Decompressor = () => ReadableWritablePair<Uint8Array, BufferSource>;

const gunzip: Decompressor = () => new DecompressionStream('gzip');

// No host's DecompressionStream knows brotli. Node has these modules, and workerd by its flag nodejs_compat.
const unbrotli: Decompressor = () => Duplex.toWeb(createBrotliDecompress()) as ReturnType<Decompressor>;

/** Content codings that are undone (RFC 9110 section 8.4.1, RFC 7932), by their names in lower case. */
export const CODINGS: ReadonlyMap<string, Decompressor> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['br', unbrotli],
]);

/** How a refusal names them to senders. */
export const ACCEPTED = 'gzip, br';
