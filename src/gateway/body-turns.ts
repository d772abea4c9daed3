/** Characters of a body that takes some milliseconds. What is shorter goes on at once. */
const LONG = 32_768;

/** Long bodies that are worked on in one turn of the event loop: what they come to shares a commit. */
const TOGETHER = 3;

/**
 * Has a few long bodies at a time worked on in each turn of the event loop, in the order in which they came. Without that all that came
 * meanwhile is worked on before anything else happens, and whoever is only to be told that a record is on disk waits for all of it.
 * Resolves when it is the turn of a body of so many characters.
 */
export function createBodyTurns(nextTurn: () => Promise<void>): (length: number) => Promise<void> {
  let turn = Promise.resolve();
  let room = TOGETHER;
  return async (length) => {
    if (length < LONG) return;
    if (room === 0) {
      turn = turn.then(nextTurn);
      room = TOGETHER;
    }
    room -= 1;
    await turn;
  };
}
