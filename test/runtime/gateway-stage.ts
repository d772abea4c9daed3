import type { ConfigurationInput } from '../../src/gateway/index.ts';

/** A gateway that runs somewhere, and the way to it. */
export interface Stage {
  /** Sends a request to a path of the gateway. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Lets time-driven work happen on hosts that have no process of their own for it. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

/** A host that the behaviour suite runs on. */
export interface StageHost {
  readonly name: string;
  /** Starts a fresh gateway with an empty record log. */
  open(configuration: ConfigurationInput, environment: Record<string, string>): Promise<Stage>;
  dispose?(): Promise<void>;
}

/** Secrets of the suite's sources, by environment variable. */
export const SECRETS = {
  CAMPUS: 'campus-secret',
  STRICT: 'strict-secret',
  PLAYER: 'player-secret',
  SENSOR: 'sensor-secret',
  ADMIN: 'admin-secret',
  DESTINATION: 'destination-secret',
};

const source = (name: string, secret: keyof typeof SECRETS, rest: object = {}) => ({
  name,
  credentials: [
    { scheme: 'bearer' as const, token: { env: secret } },
    { scheme: 'basic' as const, user: name, password: { env: secret } },
  ],
  ...rest,
});

/** A configuration with a source for each kind of permission, and limits that tests can reach. */
export const CONFIGURATION: ConfigurationInput = {
  limits: { bodyBytes: 60_000, decompressedBytes: 120_000, depth: 20, batch: 20 },
  cors: { origins: ['https://lms.example.edu'] },
  sources: [
    source('campus', 'CAMPUS', { read: 'all' }),
    source('strict', 'STRICT', { strict: true }),
    source('player', 'PLAYER', { languages: ['xapi'] }),
    source('sensor', 'SENSOR', { languages: ['caliper'], read: 'none' }),
    source('admin', 'ADMIN', { administer: true }),
  ],
};

/** An Authorization header of a source of {@link CONFIGURATION}. */
export const bearer = (secret: keyof typeof SECRETS) => ({ authorization: `Bearer ${SECRETS[secret]}` });
export const basic = (user: string, secret: keyof typeof SECRETS) => ({
  authorization: `Basic ${btoa(`${user}:${SECRETS[secret]}`)}`,
});

/** Tries until nothing is thrown any more, for ten seconds at most. */
export async function eventually(stage: Stage, check: () => void | Promise<void>): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    await stage.tick();
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
