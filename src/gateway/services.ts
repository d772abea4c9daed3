import type { Delivery, Language, NewRecord, Storage } from '../audit/index.ts';
import type { Rendering, TraceContext } from '../forward/index.ts';
import type { Crosswalk } from '../mappings/index.ts';
import type { Admission } from './admission.ts';
import type { Presented } from './credentials.ts';
import type { Digest } from './digest.ts';
import type { BodyLimits } from './body.ts';
import type { Keyring } from './keys/index.ts';
import type { InFlight } from './in-flight.ts';
import type { Indexer } from './lrs/indexer.ts';
import type { Meter } from './metrics/index.ts';
import type { Pace } from './pace.ts';
import type { Source } from './sources.ts';
import type { Sealer } from './sealer.ts';
import type { DestinationName } from './standing.ts';
import type { SignedBodies } from './tokens/index.ts';

/** Bounds that hold before work is done for a request. */
export interface Limits extends BodyLimits {
  /** Deepest nesting of JSON. */
  readonly depth: number;
  /** Most records in one request. */
  readonly batch: number;
  /** Longest string of JSON, in UTF-16 code units as written. */
  readonly stringLength: number;
  /** Most members and items of JSON. */
  readonly members: number;
}

/** Something worth a line in the gateway's own log. Holds no secret and no part of a record. */
export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly requestId?: string;
  readonly error?: unknown;
  readonly [detail: string]: unknown;
}

/** A record by its language and its id, and an event by its time as well. */
export interface Origin {
  readonly language: Language;
  readonly id: string;
  readonly eventTime?: string;
}

/** What the app needs of its host. The app itself opens no socket, reads no clock and draws no lots. */
export interface Services {
  readonly log: Storage;
  /** The compiled tables of a tenant, by which events are read as statements. */
  readonly crosswalk: (tenant: string) => Crosswalk;
  /** Indexes events as the statements that they map to. */
  readonly indexer: Indexer;
  /** Which appends are under way in this process. */
  readonly inFlight: InFlight;
  /** Resolves when it is the turn of a body of so many characters to be worked on. */
  readonly bodyTurn: (length: number) => Promise<void>;
  /** Seals what was appended. */
  readonly sealer: Pick<Sealer, 'wake'>;
  readonly limits: Limits;
  /** How fast each credential may go. */
  readonly pace: Pace;
  /** Whether there is room for further records. */
  readonly admission: Admission;
  /** Counts what this process does; none where a process is not what people look at. */
  readonly meter?: Meter;
  /** True where metrics are told to all. */
  readonly publicMetrics: boolean;
  /** True where each request gets a line in the gateway's own log, and not only those that are refused or fail. */
  readonly logRequests: boolean;
  /** The trace that the present request belongs to, kept with its records. */
  readonly trace?: TraceContext;
  /** Every tenant that there is. */
  readonly tenants: readonly string[];
  readonly keyring: Keyring;
  /** Opens bodies that their senders signed. */
  readonly signedBodies: SignedBodies;
  /** Who presents a credential; null where it is not known, or holds no more. */
  readonly authenticate: (presented: Presented) => Promise<Source | null>;
  /** Origins whose pages may call the gateway from a browser, exactly as a browser writes them. */
  readonly corsOrigins: readonly string[];
  /** Address under which the gateway is known outside; without it the request's own stands for it. */
  readonly publicUrl?: string;
  /** Destinations of the configuration. */
  readonly destinations: readonly DestinationName[];
  /** Lets a stopped or held-back destination run again. */
  readonly resume: (destination: string) => Promise<void>;
  /** How records are written for a destination, by its name; undefined where none is configured under it. */
  readonly rendering: (destination: string) => Rendering | undefined;
  /** Which destinations a record goes to. */
  readonly deliveries: (record: Omit<NewRecord, 'deliveries'>) => readonly Delivery[];
  /**
   * The record of the other language that a record was made from, where a gateway wrote it; null for all others. The
   * record need not stand in the log.
   */
  readonly origin: (record: Pick<NewRecord, 'tenant' | 'language' | 'kind' | 'body'>) => Origin | null;
  /** Called when records with deliveries have become durable, so that a sender need not wait for its timer. */
  readonly notify: () => void;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** A fresh UUID in lower case. */
  readonly newId: () => string;
  readonly digest: Digest;
  readonly report: (notice: Notice) => void;
}
