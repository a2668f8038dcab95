let turns: Promise<void> = Promise.resolve();

/**
 * The next turn of the event loop that is nobody else's: work that takes long does it a piece a
 * turn, and requests are answered in between, however many work.
 */
export function turn(): Promise<void> {
  turns = turns.then(() => new Promise((resolve) => setImmediate(resolve)));
  return turns;
}
