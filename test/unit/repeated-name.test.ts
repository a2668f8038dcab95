// Names that stand twice in a JSON text, held against what JSON.parse loses of it.
import fc from "fast-check";
import { test } from "tap";
import { repeatedName } from "../../src/encoding/repeated-name.ts";

/** A JSON document that may say a name twice: as text, and how many members it was made of. */
interface Written {
  readonly text: string;
  readonly members: number;
}

const blank = fc.stringMatching(/^[ \t\n\r]{0,2}$/);

/** A string as JSON, each of its units written plainly or as an escape. */
const escaped = (value: string): fc.Arbitrary<string> =>
  fc.infiniteStream(fc.integer({ min: 0, max: 3 })).map((choices) => {
    const units = value.split("").map((unit) => {
      const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
      return choices.next().value === 0 ? `\\u${code}` : JSON.stringify(unit).slice(1, -1);
    });
    return `"${units.join("")}"`;
  });

/** Few enough that they meet again. */
const name = fc.constantFrom("a", "b", "", "\\", '"', '":', "村", "😀", "__proto__", "{", "\n");
const plain = fc.oneof(
  fc.string({ unit: "binary" }).chain(escaped),
  name.chain(escaped),
  fc.constantFrom("0", "-1.5e+3", "true", "null"),
);

const { document } = fc.letrec<{ document: Written; array: Written; object: Written }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    plain.map((text) => ({ text, members: 0 })),
    tie("array"),
    tie("object"),
  ),
  array: fc.tuple(fc.array(tie("document"), { maxLength: 4 }), blank).map(([items, space]) => ({
    text: `[${space}${items.map(({ text }) => text).join(`${space},`)}]`,
    members: items.reduce((sum, { members }) => sum + members, 0),
  })),
  object: fc
    .array(fc.tuple(name.chain(escaped), blank, tie("document")), { maxLength: 4 })
    .map((members) => ({
      text: `{${members.map(([key, space, { text }]) => `${key}${space}:${text}${space}`).join()}}`,
      members: members.reduce((sum, [, , value]) => sum + 1 + value.members, 0),
    })),
}));

/** How many members a value has, at any depth. */
function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, one) => sum + membersOf(one), own);
}

test("a name that stands twice is found where JSON.parse loses one, and only there", (t) => {
  let twice = 0;
  fc.assert(
    fc.property(document, ({ text, members }) => {
      const loses = membersOf(JSON.parse(text)) !== members;
      if (loses) twice++;
      return (repeatedName(text) !== undefined) === loses;
    }),
    { numRuns: 5_000 },
  );
  t.ok(twice > 100, `${twice} documents had one`);
  t.end();
});

test("the name is answered as it is meant", (t) => {
  t.equal(repeatedName(String.raw`{"a":1,"\u0061":2}`), "a");
  t.equal(repeatedName(String.raw`{"a\\":1,"b":{"c\"":1,"c\u0022":2}}`), 'c"');
  t.equal(repeatedName(String.raw`{"\ud800":1,"\uD800":2}`), "\ud800");
  t.equal(repeatedName(' [ {"" : 0} , {"":0,\n"":0} ] '), "");
  t.equal(repeatedName(String.raw`{"a":"a","b":["a","a"],"c":{"a":"\",\"a\":"}}`), undefined);
  t.equal(repeatedName('"a"'), undefined);
  const depth = 400_000;
  t.equal(repeatedName(`${"[".repeat(depth)}${"]".repeat(depth)}`), undefined, "at any depth");
  t.equal(repeatedName(JSON.stringify("\\".repeat(depth))), undefined);
  t.end();
});
