import type { JsonObject } from '../../json/index.ts';
import { isObject, ownText } from '../../json/index.ts';
import type { Identity } from '../identity.ts';

/** An account (xAPI Data 4.2.2.1; 1.0.3: 2.4.2.4) as two texts. */
export interface Account {
  readonly homePage: string;
  readonly name: string;
}

/** A person's or other agent's IRI with its class, as an account gives it. */
export interface Holder {
  readonly iri: string;
  readonly type: string;
}

/** The identity tables between texts: what plans need of them, and nothing that they would have to take apart. */
export interface Accounts {
  /** The account of an agent; undefined where it is identified otherwise. */
  accountOf(iri: string, type: string): Account | undefined;
  /** Whose account it is; undefined where the way back would give another account. */
  holderOf(homePage: string, name: string): Holder | undefined;
}

/** How many agents are remembered of each class, and how many accounts of each home page. */
const REMEMBERED = 4096;

/** Looks the identity tables up, and remembers what was asked lately: a class has few learners at a time. */
export function rememberAccounts(identity: Identity): Accounts {
  const accountOf = (type: string, iri: string): Account | undefined => {
    const { account } = identity.identifierOf({ iri, type });
    return isAccount(account) ? account : undefined;
  };
  const holderOf = (homePage: string, name: string): Holder | undefined => {
    const holder = identity.identityOf({ account: { homePage, name } });
    const again = holder && accountOf(holder.type, holder.iri);
    return again?.homePage === homePage && again.name === name ? holder : undefined;
  };
  const accounts = inTwoSteps(accountOf);
  return { accountOf: (iri, type) => accounts(type, iri), holderOf: inTwoSteps(holderOf) };
}

function isAccount(value: JsonObject[string]): value is JsonObject & Account {
  return isObject(value) && typeof value['homePage'] === 'string' && typeof value['name'] === 'string';
}

/** Remembers by two texts, of which the first is one of few. */
function inTwoSteps<Found>(
  find: (first: string, second: string) => Found | undefined,
): (first: string, second: string) => Found | undefined {
  const known = new Map<string, Map<string, Found | null>>();
  return (first, second) => {
    let inner = known.get(first);
    const found = inner?.get(second);
    if (found !== undefined) return found ?? undefined;
    const own = ownText(second);
    const value = find(first, own);
    if (!inner || inner.size >= REMEMBERED) {
      inner = new Map();
      if (known.size >= REMEMBERED) known.clear();
      known.set(ownText(first), inner);
    }
    inner.set(own, value ?? null);
    return value;
  };
}
