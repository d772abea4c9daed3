/** Work that those who ask for it at the same time do once. */
export type Shared<Arguments extends readonly unknown[], Result> = (...given: Arguments) => Promise<Result>;

/** What work gives, or nothing after so many milliseconds. */
async function within<Result>(
  work: Promise<Result>,
  milliseconds: number,
): Promise<{ result: Result } | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([work.then((result) => ({ result })), over]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Has one run of some work under way at a time: who comes in the meantime gets what that one gives. Workers may be cut off
 * in the middle, and then neither resolve nor reject: who has waited for `patience` milliseconds begins a new run. So the
 * work must do no harm where two runs of it meet.
 *
 * @example
 * const measured = shared(measure, 5_000);
 * await Promise.all([measured(), measured()]); // measures once
 */
export function shared<Arguments extends readonly unknown[], Result>(
  work: (...given: Arguments) => Promise<Result>,
  patience: number,
): Shared<Arguments, Result> {
  let running: Promise<Result> | undefined;
  return async (...given) => {
    while (running) {
      const waitedFor = running;
      const came = await within(waitedFor, patience);
      if (came) return came.result;
      if (running === waitedFor) running = undefined;
    }
    const own = work(...given);
    running = own;
    try {
      return await own;
    } finally {
      if (running === own) running = undefined;
    }
  };
}
