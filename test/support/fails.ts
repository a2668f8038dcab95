import type { Test } from "tap";

type Class = abstract new (...args: never[]) => Error;

/** That work fails with an error of a class, or with a message that fits. */
export async function fails(
  t: Test,
  work: Promise<unknown>,
  how: Class | RegExp,
  what = how instanceof RegExp ? how.source : how.name,
): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const said = error instanceof Error ? error.message : String(error);
  if (how instanceof RegExp) t.match(said, how, what);
  else t.ok(error instanceof how, what, { error: said });
}
