import { terminal } from "./terminal.ts";

const quietMs = 1_000;
const pauseMs = 100;
const width = 30;

/** Shows how far something has come, once it has taken over a second. */
export interface Progress {
  update(done: number, total: number): void;
  /** Takes the bar away. */
  stop(): void;
}

/** A bar on standard error where that is a terminal; nothing otherwise. */
export function progress(title: string): Progress {
  if (!terminal().stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const began = performance.now();
  let drawn = began + quietMs - pauseMs;
  return {
    update: (done, total) => {
      const now = performance.now();
      if (total <= 0 || now - drawn < pauseMs) return;
      drawn = now;
      const share = Math.min(Math.max(done / total, 0), 1);
      draw(barText(title, share, (now - began) / 1_000));
    },
    stop: () => draw(""),
  };
}

/** A bar of words and blocks, with the time left once it can be estimated. */
export function barText(title: string, share: number, seconds: number): string {
  const full = Math.round(share * width);
  const bar = "█".repeat(full) + "░".repeat(width - full);
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
  const left = share > 0 ? `  ${Math.ceil((seconds / share) * (1 - share))} s left` : "";
  return `${title}  ${bar} ${percent}${left}`;
}

let shown = false;

/** One line that the next one replaces, cut to the width of the terminal. */
function draw(text: string): void {
  if (text === "" && !shown) return;
  const { stderr } = terminal();
  const columns = stderr.columns ?? 0;
  stderr.write(`\r\u001b[K${cutTo(text, (columns > 0 ? columns : 80) - 1)}`);
  shown = text !== "";
}

/** The beginning of a text that fits; characters beyond Latin and box drawing take two columns. */
function cutTo(text: string, columns: number): string {
  let cut = "";
  let used = 0;
  for (const character of text) {
    used += (character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    if (used > columns) break;
    cut += character;
  }
  return cut;
}

/** A line for people on standard error: a notice, a warning. */
export function say(line: string): void {
  draw("");
  terminal().stderr.write(`${line}\n`);
}
