import type { JournalPosting } from "../queries/journal.ts";

/** What a journal is written from. */
export interface JournalSource {
  /** Every register of shares that a posting may name. */
  readonly registers: readonly string[];
  /** What contracts were changed to, a line each: they post nothing, and stand as comments. */
  readonly amendments: readonly string[];
  /** In the order of the log; the postings of an event follow each other. */
  readonly postings: AsyncIterable<JournalPosting>;
  /** Lines at the head of the file, for people. */
  readonly remarks: readonly string[];
}

const chunkMin = 65_536;

/**
 * A journal that hledger and Ledger read, in chunks of text: a transaction an event, or one for
 * each run of a day where a bank's file tells of several, in the order of the log, which is not
 * that of its dates. Money is in CNY; a register's shares are a commodity
 * of its name.
 *
 * In names of accounts and commodities and in codes every character but letters, digits, `-`, `_`
 * and `.` is written as `%XX`, the hexadecimal of its UTF-8 bytes, so that different ids stay
 * different and none can end a field.
 */
export async function* journalText(source: JournalSource): AsyncGenerator<string> {
  let chunk = heading(source);
  let last: JournalPosting | undefined;
  for await (const posting of source.postings) {
    if (beginsTransaction(posting, last)) {
      if (chunk.length >= chunkMin) {
        yield chunk;
        chunk = "";
      }
      chunk += transactionLine(posting);
    }
    last = posting;
    chunk += `    ${accountOf(posting)}  ${amountOf(posting)}\n`;
  }
  yield chunk;
}

/** Whether a posting begins a transaction: it is of another event, or of another day. */
export function beginsTransaction(
  { position, effective }: JournalPosting,
  last: JournalPosting | undefined,
): boolean {
  return position !== last?.position || effective !== last.effective;
}

function heading({ registers, amendments, remarks }: JournalSource): string {
  const lines = [
    ...remarks.map((remark) => `; ${remark}`),
    "",
    "commodity CNY",
    "    format CNY 1000.00",
    ...registers.flatMap((register) => {
      const commodity = commodityOf(register);
      return ["", `commodity ${commodity}`, `    format 1000.0000 ${commodity}`];
    }),
    ...(amendments.length === 0 ? [] : ["", ...amendments.map((line) => `; ${line}`)]),
  ];
  return `${lines.join("\n")}\n`;
}

function transactionLine({ effective, reference, type, position }: JournalPosting): string {
  return `\n${effective} (${journalName(reference)}) ${type}  ; position: ${position}\n`;
}

function accountOf(posting: JournalPosting): string {
  const { side, leg } = posting;
  const household = journalName(posting.household ?? "");
  const register = journalName(posting.register ?? "");
  const organisation = journalName(posting.organisation ?? "");
  const beneficiary = journalName(posting.household ?? posting.organisation ?? "");
  switch (side) {
    case "household":
      return `household:${household}:${leg === "shares" ? `shares:${register}` : leg}`;
    case "organisation": {
      const account = leg === "capital" ? "capital" : `paid:${leg}`;
      return `organisation:${organisation}:${account}`;
    }
    case "capital":
      return `capital:${household}:${register}`;
    case "register":
      return `register:${register}:issued`;
    case "entity":
      return leg === "shares"
        ? `organisation:${beneficiary}:shares:${register}`
        : `organisation:${beneficiary}:received:${leg}`;
    case "due":
    case "settled":
      return `due:${beneficiary}:${leg}`;
    case "owed":
      return `organisation:${organisation}:owed:${leg}`;
    case "transit":
      return `transit:${beneficiary}:${leg}`;
    case "sent":
      return `organisation:${organisation}:transit:${leg}`;
    case "outside":
      return `outside:${leg}`;
    case "fund":
      return `fund:${journalName(posting.fund ?? "")}`;
    case "project":
      return `project:${journalName(posting.project ?? "")}`;
    case "grantee":
      return `organisation:${organisation}`;
  }
}

function amountOf({ asset, amount, register }: JournalPosting): string {
  return asset === "CNY" ? `CNY ${amount}` : `${amount} ${commodityOf(register ?? "")}`;
}

/** An id as part of an account or as a code; different ids give different names. */
export function journalName(id: string): string {
  return id.replace(/[^\p{L}\p{N}._-]/gu, percent);
}

/** Money, units of time that Ledger converts, and the name hledger gives an amount left out. */
const taken: ReadonlySet<string> = new Set(["CNY", "s", "m", "h", "AUTO"]);

function commodityOf(register: string): string {
  const name = taken.has(register)
    ? percent(register.slice(0, 1)) + register.slice(1)
    : journalName(register);
  return `"${name}"`;
}

function percent(character: string): string {
  return [...Buffer.from(character, "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}
