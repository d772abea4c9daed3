import { LATEST, VERSION_HEADER } from '../../xapi/index.ts';
import { presentedCredential, sourceOf } from '../credentials.ts';
import type { Services } from '../services.ts';

/**
 * Which version each source spoke last, as far as this process has heard. A request without the version header is
 * refused, but its answer too has to say a version (Communication 3.3): the one that its sender understands.
 */
export class SpokenVersions {
  readonly #services: Pick<Services, 'credentials' | 'digest'>;
  readonly #headers = new Map<string, string>();

  constructor(services: Pick<Services, 'credentials' | 'digest'>) {
    this.#services = services;
  }

  #sourceOf(request: Request): string | undefined {
    const presented = presentedCredential(request.headers.get('authorization') ?? undefined);
    return presented && sourceOf(presented, this.#services.credentials, this.#services.digest)?.name;
  }

  /** Notes the version that an answer is given in. */
  heard(request: Request, header: string): void {
    const source = this.#sourceOf(request);
    if (source !== undefined) this.#headers.set(source, header);
  }

  /** The version for the answer to a request that names none; the latest for a sender that was not heard before. */
  expectedBy(request: Request): string {
    const source = request.headers.has(VERSION_HEADER) ? undefined : this.#sourceOf(request);
    return (source === undefined ? undefined : this.#headers.get(source)) ?? LATEST['2.0'];
  }
}
