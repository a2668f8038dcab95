// STYLE.md, as far as a program can hold it: each rule says where it is broken, and no rule needs a
// server. Files are those git tracks and new ones it does not ignore.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "tap";
import ts from "typescript";
import { generatedPages } from "../docs/reference/generate.ts";
import { notice } from "../docs/reference/notice.ts";
import { projectRoot } from "../src/root.ts";

interface File {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const here = "test/tidy.test.ts";
const columnsMax = 100;
const linesMax: Readonly<Record<string, number>> = { "ARCHITECTURE.md": 200, "STYLE.md": 150 };

/** Kept byte for byte as they were handed in, or written by a tool. */
const foreign = /^(test\/golden\/|package-lock\.json$|LICENSE$)|\.(csv|xlsx|png|ico|woff2)$/;
const files = listed().map(read);
const ours = files.filter(({ path }) => !foreign.test(path));
const sources = ours.filter(({ path }) => /\.tsx?$/.test(path));
const documents = ours.filter(({ path }) => path.endsWith(".md"));
const lock = files.find(({ path }) => path === "package-lock.json");

function git(...words: string[]): string[] {
  const found = execFileSync("git", ["ls-files", "-z", ...words], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  return found.split("\0").filter((path) => path !== "");
}

/** Files that are there: one that was deleted stays listed until the next commit. */
function listed(): string[] {
  const paths = new Set(git("--cached", "--others", "--exclude-standard"));
  const isFile = (path: string): boolean =>
    statSync(join(projectRoot, path), { throwIfNoEntry: false })?.isFile() === true;
  return [...paths].filter(isFile).sort();
}

function read(path: string): File {
  const text = readFileSync(join(projectRoot, path), "utf8");
  return { path, text, lines: text.split("\n") };
}

/** `file:line: what` of each line that `what` has something to say of. */
function perLine(some: readonly File[], what: (line: string) => string | undefined): string[] {
  return some.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => {
      const said = what(line);
      return said === undefined ? [] : [`${path}:${String(i + 1)}: ${said}`];
    }),
  );
}

/** Each line that the pattern finds something in, with what it found. */
function matches(some: readonly File[], pattern: RegExp): string[] {
  return perLine(some, (line) => pattern.exec(line)?.[0]);
}

/** What a line may be long for: an address or a regular expression cannot be broken. */
const unbreakable =
  /https?:\/\/\S{40}|postgres(ql)?:\/\/\S{40}|[=(:,]\s*\/(?![/*]).{60,}\/[a-z]*\W*$/;

void test("a source file", (t) => {
  t.strictSame(
    perLine(sources, (line) => {
      const columns = Array.from(line).length;
      if (columns <= columnsMax || unbreakable.test(line)) return undefined;
      return `${String(columns)} columns`;
    }),
    [],
    `has no line over ${String(columnsMax)} columns`,
  );
  t.strictSame(matches(sources, /\t/), [], "has no tab");
  const shipped = sources.filter(({ path }) => !/^(src\/cli|test)\//.test(path));
  t.strictSame(matches(shipped, /\bconsole\.log\b/), [], "prints only in src/cli");
  const skipped = /\bskip: *(true|!)|\.skip\(\s*\)|\bonly: *true|\.only\(|\btodo: *true|\.todo\(/;
  const tests = sources.filter(({ path }) => path.endsWith(".test.ts") && path !== here);
  t.strictSame(matches(tests, skipped), [], "skips a test only with a reason");
  t.end();
});

void test("SQL stands where a database is at home", (t) => {
  const outside = sources.filter(({ path }) => /^src\/(http|web|cli)\//.test(path));
  const reads = /\bSELECT\s+\S|\bWITH \w+ AS \(|\bpool\.query\b/;
  const writes = /\b(INSERT INTO|DELETE FROM|UPDATE \S+ SET|CREATE (TABLE|INDEX))\b/;
  for (const sql of [reads, writes]) t.strictSame(matches(outside, sql), [], "no statement");
  t.end();
});

void test("an export of the ledger has a doc comment", (t) => {
  const shipped = sources.filter(({ path }) => /^(src|events|projections)\//.test(path));
  t.strictSame(shipped.flatMap(undocumented), []);
  t.end();
});

/** Exported statements without a doc comment; of overloads the first speaks for all. */
function undocumented({ path, text }: File): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const seen = new Set<string>();
  return source.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const name = nameOf(statement);
    if (seen.has(name)) return [];
    seen.add(name);
    if (ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    return [`${path}:${String(line + 1)}: ${name}`];
  });
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(", ");
  }
  return (statement as ts.DeclarationStatement).name?.getText() ?? "default";
}

void test("a file", (t) => {
  // Spelt so that this line is none.
  const notes = /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/;
  t.strictSame(matches(ours, notes), [], "leaves no note of work undone");
  const unended = ours.filter(({ text }) => text !== "" && !text.endsWith("\n"));
  t.strictSame(
    unended.map(({ path }) => path),
    [],
    "ends with a newline",
  );
  t.strictSame(matches(ours, /\r/), [], "has no carriage return");
  t.end();
});

void test("a name says what is inside", (t) => {
  const vague = /^(utils?|helpers?|common|misc|index)$/;
  const lists = new Set(["events/index.ts", "projections/index.ts", "bench/index.ts"]);
  const isVague = (path: string): boolean =>
    path.split("/").some((part) => vague.test(part.replace(/\..*$/, "")));
  const paths = files.map(({ path }) => path);
  t.strictSame(
    paths.filter((path) => isVague(path) && !lists.has(path)),
    [],
  );
  t.end();
});

void test("dependencies", (t) => {
  const hosts = /\b(registry|npm|packages)\.[a-z0-9-]+\.(org|com|cn|net)\b|\bnpmmirror\.com\b/;
  t.strictSame(matches(files, hosts), [], "name no host of a package registry");
  t.notMatch(lock?.text, '"resolved"', "are locked by hash, not by address");
  t.end();
});

void test("migrations are numbered without gaps", (t) => {
  const names = files.map(({ path }) => path).filter((path) => path.startsWith("migrations/"));
  names.forEach((path, i) => {
    const number = String(i + 1).padStart(4, "0");
    t.match(basename(path), new RegExp(`^${number}_[a-z][a-z0-9_]*\\.sql$`));
  });
  t.end();
});

void test("a document", (t) => {
  for (const [path, max] of Object.entries(linesMax)) {
    const lines = documents.find((file) => file.path === path)?.text.match(/\n/g)?.length;
    t.ok(lines !== undefined && lines <= max, `${path} has at most ${String(max)} lines`);
  }
  t.strictSame(documents.flatMap(brokenLinks), [], "links to files that are there");
  t.strictSame(documents.flatMap(brokenDiagrams), [], "closes its diagrams and says their kind");
  t.end();
});

/** Links to local files that are not there; what stands in code is no link. */
function brokenLinks({ path, text }: File): string[] {
  const prose = text.replace(/^```[^]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  const links = [...prose.matchAll(/\]\(\s*<?([^)>\s]+)/g)].map(([, target = ""]) => target);
  const local = links.filter((target) => !/^([a-z]+:|#)/.test(target));
  return local.flatMap((target) => {
    const file = decodeURI(target.replace(/[#?].*$/, ""));
    const from = file.startsWith("/") ? projectRoot : join(projectRoot, dirname(path));
    return existsSync(join(from, file)) ? [] : [`${path}: ${target}`];
  });
}

function brokenDiagrams({ path, text }: File): string[] {
  const opened = text.match(/^```mermaid$/gm)?.length ?? 0;
  const known = /^```mermaid\n(flowchart|graph|sequenceDiagram|stateDiagram|erDiagram)[^]*?^```$/gm;
  return (text.match(known)?.length ?? 0) === opened ? [] : [`${path}: a mermaid diagram`];
}

void test("generated documents are fresh: else `npm run generate`", (t) => {
  const fresh = generatedPages();
  const written = files.filter(({ path, text }) => {
    return path.startsWith("docs/") && path.endsWith(".md") && text.includes(notice);
  });
  t.strictSame(
    written.map(({ path }) => path.slice("docs/".length)).sort(),
    Object.keys(fresh).sort(),
    "all of them, and no other",
  );
  for (const { path, text } of written) t.equal(text, fresh[path.slice("docs/".length)], path);
  t.end();
});
