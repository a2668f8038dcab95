/**
 * Why a file is refused: it cannot be opened or read; there is nothing in it; its bytes are no text
 * in the encoding it names; it is no XML; its XML is not well formed, or ends too early; it
 * declares entities (DOCTYPE); it is nested too deep; a text in it is too long, or the whole; it is
 * another message than those a bank answers with; a part that everything rests on is absent; a
 * value of such a part cannot be read; it is not what its profile describes.
 */
export type RefusedBecause =
  | "FileUnreadable"
  | "Empty"
  | "Encoding"
  | "NotXml"
  | "NotWellFormed"
  | "Doctype"
  | "TooDeep"
  | "TooLong"
  | "OtherMessage"
  | "Incomplete"
  | "ValueUnreadable"
  | "NotThisProfile";

/**
 * The one error of reading a bank's file, whatever the bytes. The message is for people and repeats
 * nothing of the file but names of elements and places.
 */
export class NotABankFile extends Error {
  readonly code = "NotABankFile";
  readonly because: RefusedBecause;

  constructor(because: RefusedBecause, message: string) {
    super(message);
    this.name = "NotABankFile";
    this.because = because;
  }
}
