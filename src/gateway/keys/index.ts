/** Generated keys: how they look, who stands behind one, and how they are made and taken away. */
export { createKey, keyForm, rotateKey, type FreshKey, type WantedKey } from './changes.ts';
export { createKeyring, type Keyring } from './keyring.ts';
export { keyRoutes } from './routes.ts';
