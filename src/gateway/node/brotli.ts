import { Duplex } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import type { Decompressor } from '../body.ts';

/** Undoes brotli, which the DecompressionStream of Node does not know. */
export const brotli: Decompressor = () => Duplex.toWeb(createBrotliDecompress()) as ReturnType<Decompressor>;
