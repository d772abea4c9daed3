import type { Digest } from '../digest.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';
import { takeIn, type IntakeOutcome } from '../intake/intake.ts';
import { hasRoom } from '../intake/room.ts';
import { asked, PullError, type PulledLrs, type PullHost } from './client.ts';
import { pageOf, type PulledPage } from './page.ts';

/** What is read of an LRS. Times are milliseconds since 1970-01-01T00:00:00Z. */
export interface Pull extends PulledLrs {
  /** In whose name the records are kept. */
  readonly source: Source;
  /** Where the first reading begins; at the LRS's first statement by default. Later ones go on where it ended. */
  readonly since?: number;
  /** Where the reading ends. */
  readonly until?: number;
  /** Further parameters of the query: agent, verb, activity, registration, related_*. */
  readonly filters?: Readonly<Record<string, string>>;
  /** Statements of a page; as many as the LRS gives by default. */
  readonly limit?: number;
  /** Begins at `since` again, whatever was read before. */
  readonly restart?: boolean;
  /** Pages that this reading takes at most; what is left is for the next one. */
  readonly mostPages?: number;
}

/** What a page came to, for those who watch. */
export interface PulledProgress {
  readonly outcomes: readonly { readonly id: string | null; readonly outcome: IntakeOutcome }[];
  /** Through which time has been read. */
  readonly through: number | undefined;
}

/** How many records a reading brought. */
export interface PullReport {
  readonly stored: number;
  readonly duplicate: number;
  readonly refused: number;
  /** False where pages were left for the next reading. */
  readonly complete: boolean;
}

/**
 * Milliseconds that a reading goes back behind where the one before ended: statements with an equal time of storage can
 * lie on both sides of it, and `since` leaves out what was stored at its time. What comes twice is known.
 */
export const OVERLAP = 2_000;

/**
 * The name under which the log keeps how far was read: another query is another reading. A query can name a person, whom
 * an erasure would have to find here: only its digest is kept.
 */
export function pullName({ source, url, filters = {} }: Pull, digest: Digest): string {
  const query = new URLSearchParams(filters);
  query.sort();
  return [source.tenant, source.name, url, digest(query.toString())].join(' ');
}

function firstPage({ url, until, filters, limit }: Pull, since: number | undefined): string {
  const base = url.endsWith('/') ? url : `${url}/`;
  const time = (at: number) => new Date(at).toISOString();
  const query = new URLSearchParams({
    ...filters,
    ascending: 'true',
    attachments: 'true',
    ...(since === undefined ? {} : { since: time(since) }),
    ...(until === undefined ? {} : { until: time(until) }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  });
  return `${new URL('statements', base).href}?${query.toString()}`;
}

/** The address of the next page. The credential goes to no other host than the configured one. */
function nextPage(more: string, current: string): string {
  const next = new URL(more, current);
  if (next.origin === new URL(current).origin) return next.href;
  throw new PullError(
    `the next page lies at ${next.origin}, which is another host than the one that was named`,
  );
}

/**
 * How far a reading has come. While pages come by ascending time of storage, all until the last statement's has been
 * taken; where an LRS gives them in another order, that is only so at the end.
 */
class Reach {
  #last = Number.NEGATIVE_INFINITY;
  #ascending = true;
  #bound: number | undefined;

  /** Takes the times of a page. `bound` is what the LRS says that all is to be seen through. */
  take({ statements, consistentThrough }: PulledPage): void {
    // What was stored later than the first page could show may be missing among what it showed.
    this.#bound ??= consistentThrough;
    for (const { stored } of statements) {
      if (stored === undefined || stored < this.#last) this.#ascending = false;
      else this.#last = stored;
    }
  }

  /** Through which time all has been taken; undefined where that cannot be said yet. */
  through(atEnd: boolean): number | undefined {
    if (this.#last === Number.NEGATIVE_INFINITY || !(this.#ascending || atEnd)) return undefined;
    return Math.min(this.#last, this.#bound ?? this.#last);
  }
}

const idOf = ({ id }: { readonly id?: unknown }) => (typeof id === 'string' ? id : null);

async function begin(pull: Pull, { log, digest }: Services): Promise<number | undefined> {
  const position = pull.restart === true ? null : await log.pulled(pullName(pull, digest));
  return position ? position.through - OVERLAP : pull.since;
}

/**
 * Reads an LRS from where the last reading ended, page by page through `more` and by ascending time of storage, and takes
 * its statements, with the data of their attachments, through the same flow as those that are sent. How far was read is
 * written in the same atomic batch as each page's records: whenever the process dies, the next reading goes on from
 * there, and what comes twice is known. An interrupted reading ends after its page, and one for which there is no room
 * before the next.
 *
 * Rejects with a {@link PullError} where the LRS refuses, or cannot be reached.
 */
export async function pullStatements(
  pull: Pull,
  services: Services,
  host: PullHost,
  watch: (progress: PulledProgress) => void = () => undefined,
): Promise<PullReport> {
  const count = { stored: 0, duplicate: 0, refused: 0 };
  const reach = new Reach();
  const { source, url, mostPages = Infinity } = pull;
  const name = pullName(pull, services.digest);
  let address = firstPage(pull, await begin(pull, services));
  for (let pages = 1; ; pages += 1) {
    if (!(await hasRoom(source, services, host.patience))) return { ...count, complete: false };
    const answer = await asked(address, pull, host).catch((error: unknown) => {
      if (host.signal.aborted) return null;
      throw error;
    });
    if (!answer) return { ...count, complete: false };
    const page = pageOf(address, answer);
    reach.take(page);
    const atEnd = page.more === '';
    const through = reach.through(atEnd);
    const mark = through === undefined ? {} : { pull: { name, position: { through } } };
    const records = page.statements.map(({ value, text }) => ({ kind: 'statement' as const, value, text }));
    const { attachments } = page;
    const outcomes = await takeIn(
      records,
      { source, origin: new URL(url).origin, attachments, ...mark },
      services,
    );
    for (const { outcome } of outcomes) count[outcome] += 1;
    watch({
      outcomes: outcomes.map((outcome, at) => ({ id: idOf(page.statements[at]?.value ?? {}), outcome })),
      through,
    });
    if (atEnd) return { ...count, complete: true };
    if (host.signal.aborted || pages >= mostPages) return { ...count, complete: false };
    address = nextPage(page.more, address);
  }
}
