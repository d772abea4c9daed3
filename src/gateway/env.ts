import type { RequestIdVariables } from 'hono/request-id';
import type { XapiVersion } from '../xapi/index.ts';

/** What the app's handlers share about one request. */
export interface GatewayEnv {
  Variables: RequestIdVariables;
}

/** What the handlers of xAPI resources share: the data model that the request speaks, agreed on by its header. */
export interface XapiEnv {
  Variables: RequestIdVariables & { xapiVersion: XapiVersion };
}
