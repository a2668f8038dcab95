import type { Command } from "commander";
import type { KnownAt } from "../queries/as-of.ts";
import { knownAtSaid } from "../queries/answer.ts";
import type { Presentation, Question, Verb } from "../queries/define.ts";
import { limitMax } from "../queries/parameters.ts";
import { knownAtWords } from "../queries/presentation.ts";
import { questions } from "../queries/questions.ts";
import type { KnownAtChoice } from "./choices.ts";
import { optionOf, periodOf, withKnownAt } from "./choices.ts";
import { blockText } from "./output.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt } from "./session.ts";

type Values = Readonly<Record<string, unknown>>;
type Shown = Readonly<Record<string, unknown>>;

/** These come first in `--help`; the others follow in the order of the list. */
const first = ["statement", "statements", "ownership", "trail"];

/** The verbs of the questions that have one, for `--help` in this order. */
export const questionVerbs: readonly ((program: Command, run: Runner) => void)[] = questions
  .flatMap((question) => (question.verb === undefined ? [] : [{ question, verb: question.verb }]))
  .sort((a, b) => rank(a.question) - rank(b.question))
  .map(
    ({ question, verb }) =>
      (program, run) =>
        questionVerb(program, run, question, verb),
  );

function rank({ name }: Question): number {
  const found = first.indexOf(name);
  return found < 0 ? first.length : found;
}

function questionVerb(
  program: Command,
  run: Runner,
  question: Question,
  verb: Verb<Values, Shown>,
) {
  const command = program
    .command(question.name)
    .summary(verb.summary ?? question.summary)
    .description(verb.description ?? question.description);
  const inArguments: string[] = [];
  const inOptions: (readonly [name: string, attribute: string])[] = [];
  for (const [name, parameter] of Object.entries(question.parameters)) {
    const { words } = parameter;
    if (words === undefined) continue;
    if (words.flags.startsWith("<")) {
      // An id is passed on as it is: an impossible one is unknown.
      command.argument(words.flags, words.means);
      inArguments.push(name);
    } else {
      const option = optionOf(parameter, words);
      command.addOption(option);
      inOptions.push([name, option.attributeName()]);
    }
  }
  withKnownAt(command).action(async () => {
    const options = command.opts<Values & { knownAt?: KnownAtChoice }>();
    const told = {
      ...Object.fromEntries(inOptions.map(([name, attribute]) => [name, options[attribute]])),
      ...Object.fromEntries(inArguments.map((name, i) => [name, command.args[i]])),
    };
    periodOf(told);
    await run(command, { table: true }, async (session) => {
      const knownAt = await answerableAt(session, options.knownAt);
      await show(session, question, verb, told, knownAt);
      return 0;
    });
  });
}

async function show(
  session: Session,
  question: Question,
  verb: Verb<Values, Shown>,
  told: Values,
  knownAt: KnownAt,
): Promise<void> {
  const { out } = session;
  const presentation = verb.show({ told, knownAt });
  let isFirst = true;
  for await (const found of answers(session, question, verb, told, knownAt)) {
    switch (out.format) {
      case "json":
        for (const document of documents(question, presentation, found, knownAt)) {
          await out.json(document);
        }
        break;
      case "csv": {
        const { header, rows } = presentation.csv(found);
        await out.csv(isFirst ? header : null, rows);
        break;
      }
      case "people": {
        const blocks = presentation.people(found);
        if (blocks.length > 0) await out.show(...blocks.map(blockText));
      }
    }
    isFirst = false;
  }
  if (out.format !== "people") return;
  await out.people(...(presentation.end?.() ?? []).map(blockText), knownAtWords(knownAt));
}

/** The documents of one answer; otherwise the answer as it is over HTTP. */
function documents(
  { answer }: Question,
  { json }: Presentation<Shown>,
  found: Shown,
  knownAt: KnownAt,
): readonly object[] {
  return json?.(found) ?? [answer.parse({ ...found, knownAt: knownAtSaid(knownAt) })];
}

/** One answer, or the pages of a list one after another, which keeps memory flat. */
async function* answers(
  session: Session,
  question: Question,
  { join }: Verb<Values, Shown>,
  told: Values,
  knownAt: KnownAt,
): AsyncGenerator<Shown> {
  const pages = pagesOf(session, question, told, knownAt);
  if (join === undefined) {
    yield* pages;
    return;
  }
  const found: Shown[] = [];
  for await (const page of pages) found.push(page);
  yield join(found);
}

async function* pagesOf(
  { ledger, signal }: Session,
  question: Question,
  told: Values,
  knownAt: KnownAt,
): AsyncGenerator<Shown> {
  const isList = "limit" in question.parameters;
  let after = question.parameters["after"]?.schema.parse(undefined);
  for (;;) {
    const page = isList ? { after, limit: limitMax } : {};
    const found: Shown = await question.ask(ledger.reads, { ...told, ...page }, knownAt);
    yield found;
    after = found["next"];
    if (typeof after !== "string") return;
    signal.throwIfAborted();
  }
}
