/** How long work goes on in one turn of the event loop where its items are long. */
const turnMs = 20;

/**
 * Gives way to the event loop after so many items, and after so long. Between two turns requests
 * are answered, and rows go on to the server. To be called before each item; `turn` resolves in the
 * next turn.
 */
export function pauses(
  turn: () => Promise<unknown>,
  itemsMax = Infinity,
): (i: number) => Promise<void> | undefined {
  let due = performance.now() + turnMs;
  return (i) => {
    if (i % itemsMax < itemsMax - 1 && performance.now() < due) return undefined;
    return turn().then(() => {
      due = performance.now() + turnMs;
    });
  };
}
