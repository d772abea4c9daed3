import type { Finding } from '../../json/index.ts';
import { pointer } from '../../json/index.ts';
import { shown } from '../report.ts';
import type { Rule } from '../rule.ts';

/** Names and values of a request's parameters, decoded, in the order sent: what `URLSearchParams` iterates over. */
export type ParameterEntries = Iterable<readonly [string, string]>;

/** The parameters of a request while they are being read, and what is wrong with them. */
export class Parameters {
  readonly findings: Finding[] = [];
  readonly #values = new Map<string, string>();

  /**
   * Takes the parameters that a resource knows. Any other is refused, in particular one that differs only in case
   * (Communication 3.2), and so is one that comes twice, since it could not be said which is meant.
   */
  constructor(entries: ParameterEntries, known: readonly string[]) {
    for (const [name, value] of entries) {
      if (!known.includes(name)) this.#refuse(name, known);
      else if (this.#values.has(name)) this.say(name, 'xapi-parameter-repeated', `${name} is given twice`);
      else this.#values.set(name, value);
    }
  }

  #refuse(name: string, known: readonly string[]): void {
    const meant = known.find((other) => other.toLowerCase() === name.toLowerCase());
    const right = meant
      ? `its name is written ${shown(meant)}`
      : `allowed here: ${known.join(', ') || 'none'}`;
    this.say(name, 'xapi-parameter-unknown', `there is no parameter ${shown(name)}; ${right}`);
  }

  /** Notes what is wrong with a parameter. The finding's path is `/` and the parameter's name. */
  say(name: string, rule: Rule, message: string): void {
    this.findings.push({ path: pointer('', name), rule, message, fatal: true });
  }

  /** Names of the parameters that were given. */
  names(): string[] {
    return [...this.#values.keys()];
  }

  /**
   * A parameter's value, read by `read`; undefined where it is not given. Where `read` gives undefined, the value is
   * wrong, and `wanted` says what would be right.
   */
  get<T>(name: string, wanted: string, read: (text: string) => T | undefined): T | undefined {
    const text = this.#values.get(name);
    if (text === undefined) return undefined;
    const value = read(text);
    if (value === undefined) {
      this.say(name, 'xapi-parameter-value', `${shown(text)} is not right for ${name}: it is ${wanted}`);
    }
    return value;
  }
}
