import type { Storage } from '../../audit/index.ts';
import type { Answer, Call } from '../call.ts';
import { alike, verdictOf, type ReadyItem, type Sender, type Sent, type Witness } from '../sender.ts';
import { attachedTo } from './attachments.ts';
import { ofDocument, ofStatements } from './classify.ts';
import { settledConflict, type Comparable } from './compare.ts';
import type { LrsDestination } from './config.ts';
import { storeDocument } from './document.ts';
import { postStatements } from './request.ts';

/** Sends statements and documents to an LRS. */
export function lrsSender(
  destination: LrsDestination,
  call: Call,
  witness: Witness,
  comparable: Comparable,
  log: Pick<Storage, 'attachment'>,
): Sender {
  /** A refusal with 409 stored nothing (xAPI Communication 2.1.2), so that each statement must be looked at. */
  async function conflicted(parcel: readonly ReadyItem[], answer: Answer): Promise<Sent[]> {
    const sent: Sent[] = [];
    for (const ready of parcel) {
      const found = await settledConflict(destination, call, comparable, ready.text);
      if (!('is' in found)) {
        const attempt = witness(found, 'asked for the stored statement after status 409');
        const verdict = verdictOf(ofStatements(found.status), found, attempt, 1);
        return [...sent, ...alike(parcel.slice(sent.length), verdict, attempt)];
      }
      const note = found.is === 'delivered' ? 'the same statement is stored' : undefined;
      sent.push({ ready, verdict: found, attempt: witness(answer, note) });
    }
    if (sent.some(({ verdict }) => verdict.is !== 'again')) return sent;
    const attempt = witness(answer, 'no statement is stored under the id');
    return alike(parcel, parcel.length > 1 ? { is: 'split' } : { is: 'dead', reason: 'conflict' }, attempt);
  }

  return {
    together: (one, other) => one.outbound.resource === null && other.outbound.resource === null,

    async send(parcel) {
      const resource = parcel[0]?.outbound.resource ?? null;
      if (resource) {
        const answer = await storeDocument(destination, call, resource, parcel[0]?.text ?? '');
        const attempt = witness(answer);
        return alike(parcel, verdictOf(ofDocument(answer.status), answer, attempt, parcel.length), attempt);
      }
      const answer = await call(postStatements(destination, parcel, await attachedTo(parcel, log)));
      if (answer.status === 409) return conflicted(parcel, answer);
      const attempt = witness(answer);
      return alike(parcel, verdictOf(ofStatements(answer.status), answer, attempt, parcel.length), attempt);
    },
  };
}
