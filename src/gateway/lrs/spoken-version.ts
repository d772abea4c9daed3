import { LATEST } from '../../xapi/index.ts';
import { presentedCredential } from '../credentials.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';

/**
 * Which version each source spoke last, as far as this process has heard. A request without the version header is
 * refused, but its answer too has to say a version (Communication 3.3): the one that its sender understands.
 */
export class SpokenVersions {
  readonly #authenticate: Services['authenticate'];
  readonly #headers = new Map<string, string>();

  constructor({ authenticate }: Pick<Services, 'authenticate'>) {
    this.#authenticate = authenticate;
  }

  /** Notes the version that an answer is given in. */
  heard({ tenant, name }: Source, header: string): void {
    this.#headers.set(`${tenant} ${name}`, header);
  }

  /** The version for the answer to a request that names none; the latest for a sender that was not heard before. */
  async expectedBy(request: Request): Promise<string> {
    const presented = presentedCredential(request.headers.get('authorization') ?? undefined);
    const source = presented && (await this.#authenticate(presented));
    return (source && this.#headers.get(`${source.tenant} ${source.name}`)) ?? LATEST['2.0'];
  }
}
