import type { RequestIdVariables } from 'hono/request-id';
import type { XapiVersion } from '../xapi/index.ts';
import type { Source } from './sources.ts';

/** What the app's handlers share about one request. */
export interface GatewayEnv {
  Variables: RequestIdVariables & {
    /** Who stands behind the request. Set by `requires`: only handlers behind one may ask for it. */
    source: Source;
  };
}

/** What the handlers of xAPI resources share: the data model that the request speaks, agreed on by its header. */
export interface XapiEnv {
  Variables: GatewayEnv['Variables'] & {
    xapiVersion: XapiVersion;
    /** Through when statements were complete before they were read, in milliseconds since 1970. */
    consistentThrough?: number;
  };
}
