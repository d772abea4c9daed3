import type { Server } from 'node:http';

/** Requests of a server that are under way. */
export interface Traffic {
  /** Resolves when no request is under way, and after `most` milliseconds at the latest. */
  quiet: (most: number) => Promise<void>;
}

/** Watches a server's requests, so that work which nobody waits for can be done between them. */
export function trafficOf(server: Server): Traffic {
  let underWay = 0;
  const listeners = new Set<() => void>();
  const ended = () => {
    underWay -= 1;
    if (underWay === 0) for (const tell of listeners) tell();
  };
  server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', ended);
  });
  return {
    quiet: (most) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(patience);
          listeners.delete(done);
          resolve();
        };
        const patience = setTimeout(done, underWay === 0 ? 0 : most);
        if (underWay > 0) listeners.add(done);
      }),
  };
}
