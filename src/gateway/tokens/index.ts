/** What others sign: access tokens of issuers, and bodies of sources. */
export { tokenSources } from './issuers.ts';
export {
  isCompactJws,
  signedBodies,
  type OpenedBody,
  type SignedBodies,
  type Signer,
} from './signed-body.ts';
