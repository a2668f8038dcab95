import { readAnswer } from "./answer-reader.ts";
import type { BankItem } from "./bank-item.ts";
import { fileBytes } from "./file-bytes.ts";
import type { InstructionFormat } from "./instruction-file.ts";
import { readMessage } from "./message-reader.ts";
import { painVersions } from "./pain-instruction.ts";
import type { Layout, Profile } from "./profile.ts";
import { exampleProfiles } from "./profile.ts";

/**
 * Reads a bank's file in flat memory, item by item: an answer in the profile of a bank, or a
 * message of ISO 20022. Throws `NotABankFile`, and nothing else, whatever the bytes; what was told
 * until then is void, so nothing may count before the last item.
 */
export function readBankFile(path: string, profile?: Profile): AsyncGenerator<BankItem> {
  return profile === undefined ? readMessage(fileBytes(path)) : readAnswer(path, profile);
}

/** A format of instructions with its answer, as `profiles` lists it. */
export interface ListedProfile {
  readonly profile: string;
  /** What is written, in words. */
  readonly instruction: string;
  /** What is read, in words. */
  readonly answer: string;
}

/** All formats: the versions of pain.001, the examples and the profiles of a bureau's own banks. */
export function listProfiles(own: readonly Profile[] = []): readonly ListedProfile[] {
  const answer = "pain.002, camt.053, camt.054";
  const messages = painVersions.map((name) => ({ profile: name, instruction: name, answer }));
  const described = [...exampleProfiles, ...own].map((one) => ({
    profile: one.profile,
    instruction: inWords(one.instruction),
    answer: inWords(one.answer),
  }));
  return [...messages, ...described];
}

/**
 * The format of a name, undefined where there is none. A version of pain.001 is answered with
 * messages of ISO 20022, so it is no profile for `readBankFile`.
 */
export function formatNamed(
  name: string,
  own: readonly Profile[] = [],
): InstructionFormat | undefined {
  const version = painVersions.find((one) => one === name);
  return version ?? [...exampleProfiles, ...own].find(({ profile }) => profile === name);
}

function inWords(layout: Layout): string {
  const titles = layout.columns.map(({ title }) => title).join(" ");
  switch (layout.format) {
    case "sheet":
      return `XLSX: ${titles}`;
    case "text":
      return `${layout.encoding}, ${layout.lineEnd}, ${layout.delimiter}: ${titles}`;
  }
}
