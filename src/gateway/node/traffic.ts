import type { Server } from 'node:http';

/** How long there must be no request for a lull, in milliseconds: a sender that waits for answers sends the next at once. */
const LULL = 10;

/** Requests of a server that are under way. */
export interface Traffic {
  /** Resolves in a lull: when no request was under way for a moment. After `most` milliseconds at the latest. */
  quiet: (most: number) => Promise<void>;
}

/** Watches a server's requests, so that work which nobody waits for can be done between them. */
export function trafficOf(server: Server): Traffic {
  let underWay = 0;
  let endedAt = 0;
  server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
      endedAt = performance.now();
    });
  });
  return {
    quiet: (most) =>
      new Promise((resolve) => {
        const patience = performance.now() + most;
        const look = () => {
          const now = performance.now();
          if ((underWay === 0 && now - endedAt >= LULL) || now >= patience) resolve();
          else setTimeout(look, Math.min(LULL, patience - now));
        };
        setTimeout(look, 0);
      }),
  };
}
