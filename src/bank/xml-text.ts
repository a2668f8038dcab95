import { NotABankFile } from "./not-a-bank-file.ts";

/** An XML declaration ends within. */
const headBytes = 512;

/** Names of encodings that a declaration may say, and decoders that read them. */
const decoders: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  gb18030: "gb18030",
  gbk: "gb18030",
  gb2312: "gb18030",
  cp936: "gb18030",
  big5: "big5",
  "iso-8859-1": "windows-1252",
  "iso-8859-15": "iso-8859-15",
  "windows-1252": "windows-1252",
  // Written by programs that made the text before they made the bytes: what declares it in single
  // bytes is none of it.
  "utf-16": "utf-8",
  "utf-16le": "utf-8",
  "utf-16be": "utf-8",
};

/**
 * The text of an XML file from its bytes, piece by piece: by its byte order mark, else by the
 * encoding that it declares (UTF-8, UTF-16, GB18030 and its older names, Big5, Latin), else UTF-8.
 * Throws `NotABankFile` where bytes are not of that encoding, or it is none of those.
 */
export async function* xmlText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  for await (const chunk of bytes) {
    if (decoder !== undefined) {
      yield decoded(decoder, chunk);
      continue;
    }
    head = Buffer.concat([head ?? Buffer.alloc(0), chunk]);
    if (head.length < headBytes) continue;
    decoder = decoderOf(head);
    yield decoded(decoder, head);
    head = undefined;
  }
  decoder ??= decoderOf(head ?? Buffer.alloc(0));
  if (head !== undefined) yield decoded(decoder, head);
  yield decoded(decoder, undefined);
}

function decoded(decoder: TextDecoder, bytes: Uint8Array | undefined): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    const name = decoder.encoding.toUpperCase();
    throw new NotABankFile(
      "Encoding",
      `the file is not in the encoding that it declares (${name})`,
    );
  }
}

function decoderOf(head: Buffer): TextDecoder {
  return new TextDecoder(encodingOf(head), { fatal: true });
}

function encodingOf(head: Buffer): string {
  const first = head.toString("hex", 0, 4);
  if (/^(fffe|3c00)/.test(first)) return "utf-16le";
  if (/^(feff|003c)/.test(first)) return "utf-16be";
  if (first.startsWith("efbbbf")) return "utf-8";
  if (first === "84319533") return "gb18030";
  const declaration = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/;
  const declared = declaration.exec(head.toString("latin1", 0, headBytes))?.[1] ?? "utf-8";
  const encoding = new Map(Object.entries(decoders)).get(declared.toLowerCase());
  if (encoding !== undefined) return encoding;
  throw new NotABankFile("Encoding", "the file declares an encoding that is not read here");
}
