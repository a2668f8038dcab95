const [mark, equals, comma, lineFeed, carriageReturn] = [0x22, 0x3d, 0x2c, 0x0a, 0x0d];
/** A longer one is a stray quotation mark, and is told so. */
const guardBytesMax = 1024;

/**
 * Puts quotation marks around cells such as `="0123"`, which exports write as they are. Takes the
 * chunks of a text in turn and answers what may be parsed of it so far; `undefined` ends the text.
 */
export function guardQuoter(): (chunk: Buffer | undefined) => Buffer {
  let held: Buffer = Buffer.alloc(0);
  let inQuotes = false;
  let startsCell = true;
  return (chunk) => {
    const isLast = chunk === undefined;
    const text = isLast ? held : Buffer.concat([held, chunk]);
    const pieces: Buffer[] = [];
    let done = 0;
    const cellStartsAt = (at: number): boolean => (at === 0 ? startsCell : ends(text[at - 1]));
    let end = text.length;
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, Math.max(at + 1, done))) {
      if (inQuotes || at === 0 || text[at - 1] !== equals || !cellStartsAt(at - 1)) {
        inQuotes = !inQuotes;
        continue;
      }
      const close = guardEnd(text, at);
      const mayGoOn = close >= text.length - 1 && !isLast;
      if (mayGoOn && text.length - at < guardBytesMax) {
        end = at - 1;
        break;
      }
      const isGuard = close !== -1 && (close === text.length - 1 || ends(text[close + 1]));
      if (!isGuard) {
        inQuotes = true;
        continue;
      }
      pieces.push(text.subarray(done, at - 1), quoted(text.subarray(at - 1, close + 1)));
      done = close + 1;
    }
    // The mark that may follow is in the next chunk.
    if (!isLast && end === text.length && text.at(-1) === equals) end -= 1;
    pieces.push(text.subarray(done, end));
    held = text.subarray(end);
    if (end > 0) startsCell = ends(text[end - 1]);
    return pieces.length === 1 ? (pieces[0] ?? held) : Buffer.concat(pieces);
  };
}

function ends(byte: number | undefined): boolean {
  return byte === comma || byte === lineFeed || byte === carriageReturn;
}

/** Where the mark stands that closes the one at `at`; the end where it is still to come, or -1. */
function guardEnd(text: Buffer, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    const byte = text[next];
    if (byte === mark && text[next + 1] !== mark) return next;
    if (byte === mark) next++;
    else if (ends(byte)) return -1;
  }
  return text.length;
}

function quoted(cell: Buffer): Buffer {
  return Buffer.from(`"${cell.toString("latin1").replaceAll('"', '""')}"`, "latin1");
}
