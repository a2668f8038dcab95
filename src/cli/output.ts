import Table from "cli-table3";
import { stringify } from "csv-stringify/sync";
import { guarded } from "../domain/cell.ts";
import type { Block, Cell, Title } from "../queries/presentation.ts";
import { NobodyReads } from "./failure.ts";
import { terminal } from "./terminal.ts";

/** How an answer is written. */
export type Format = "people" | "csv" | "json";

/** The cells of a CSV row; what is absent is empty. */
export type CsvRow = readonly Cell[];

/** The last line of every answer of the demo county to a person. */
export const demoLine =
  "演示数据 This is the invented demo county: no household, name or amount in it is real.";

/** Pieces of a document are collected up to this length and then written. */
const pieceCharactersMin = 65_536;

/**
 * Standard output: one answer in one format. It waits for its reader (backpressure), so memory
 * stays flat.
 */
export class Output {
  readonly format: Format;
  /** Whether the ledger is the demo county's; asked when an answer is written. */
  isDemo: () => boolean = () => false;
  private readonly stream: NodeJS.WritableStream;

  constructor(format: Format, stream: NodeJS.WritableStream = terminal().stdout) {
    this.format = format;
    this.stream = stream;
  }

  /** Writes text as it is. */
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.write(text, (error) => {
        if (error == null) resolve();
        else if ((error as NodeJS.ErrnoException).code === "EPIPE") reject(new NobodyReads());
        else reject(error);
      });
    });
  }

  /** One JSON document on one line. */
  json(document: object): Promise<void> {
    const marked = this.isDemo() ? { ...document, demo: true } : document;
    return this.write(`${JSON.stringify(marked)}\n`);
  }

  /**
   * The same for a document whose lists may be longer than a text can be: the members of `before`,
   * the lists by their names, the members of `after`, written piece by piece. The items of a list
   * come as the text between its brackets, in any pieces. Neither object is empty.
   */
  async jsonWithLists(
    before: object,
    lists: Readonly<Record<string, Iterable<string> | AsyncIterable<string>>>,
    after: object,
  ): Promise<void> {
    const marked = this.isDemo() ? { ...after, demo: true } : after;
    let text = JSON.stringify(before).slice(0, -1);
    for (const [name, items] of Object.entries(lists)) {
      text += `,${JSON.stringify(name)}:[`;
      for await (const piece of items) {
        text += piece;
        if (text.length < pieceCharactersMin) continue;
        await this.write(text);
        text = "";
      }
      text += "]";
    }
    await this.write(`${text},${JSON.stringify(marked).slice(1)}\n`);
  }

  /**
   * Rows of a CSV table; a demo ledger's carry a column that says so. What a spreadsheet would run
   * is guarded.
   */
  csv(header: CsvRow | null, rows: readonly CsvRow[]): Promise<void> {
    const demo = this.isDemo();
    const all = [
      ...(header === null ? [] : [demo ? [...header, "demo"] : header]),
      ...rows.map((row) => (demo ? [...row, "true"] : row)),
    ];
    const cell = (value: Cell): Cell => (typeof value === "string" ? guarded(value) : value);
    return this.write(stringify(all.map((row) => row.map(cell))));
  }

  /** Lines for people that others follow. */
  show(...lines: readonly string[]): Promise<void> {
    return this.write(`${harmless(lines.join("\n"))}\n`);
  }

  /** The last lines for people, then the notice of the demo. */
  people(...lines: readonly string[]): Promise<void> {
    return this.show(...lines, ...(this.isDemo() ? ["", demoLine] : []));
  }
}

/** Text without what would steer a terminal. */
function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

const borders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** A table for people; Chinese characters count as two columns. */
export function tableText(columns: readonly Title[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? "left"),
    chars: borders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

/** A line as it is, a table as text. */
export function blockText(block: Block): string {
  return typeof block === "string" ? block : tableText(block.titles, block.rows);
}
