/** The part of `fetch` that is used, so that a test or a host can hand in its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
