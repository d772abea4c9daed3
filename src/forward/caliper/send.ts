import type { Call } from '../call.ts';
import { alike, verdictOf, type Sender, type Witness } from '../sender.ts';
import { ofEnvelope } from './classify.ts';
import type { CaliperDestination } from './config.ts';
import { dataVersion, postEnvelope } from './request.ts';

/** Sends envelopes to a Caliper endpoint. `now` gives the `sendTime`. */
export function caliperSender(
  destination: CaliperDestination,
  call: Call,
  witness: Witness,
  now: () => number,
): Sender {
  return {
    together: (one, other) => dataVersion(one) === dataVersion(other),

    async send(parcel) {
      const answer = await call(postEnvelope(destination, parcel, new Date(now()).toISOString()));
      const attempt = witness(answer);
      return alike(parcel, verdictOf(ofEnvelope(answer.status), answer, attempt, parcel.length), attempt);
    },
  };
}
