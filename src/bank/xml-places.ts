import { SaxesParser, type SaxesTagNS } from "saxes";
import { charactersBetweenTagsMax, depthMax, textCharactersMax } from "./bank-limits.ts";
import { NotABankFile } from "./not-a-bank-file.ts";

/**
 * What is done with an element at its place: with what is in it, and with its own text, which comes
 * without the blanks around it and is never empty. An element may stand several times. One without
 * a place is passed over, and all in it.
 */
export interface Place {
  readonly inside?: ReadonlyMap<string, Place>;
  text?(text: string, attribute: (name: string) => string | undefined): void;
  open?(): void;
  close?(): void;
}

/** An element that is read for what is in it. */
export function branch(
  inside: Readonly<Record<string, Place>>,
  on: Pick<Place, "open" | "close" | "text"> = {},
): Place {
  return { inside: new Map(Object.entries(inside)), ...on };
}

/** An element that is read for its text. */
export function leaf(text: NonNullable<Place["text"]>): Place {
  return { text };
}

/** The element that a message begins with, and what its name and attributes were. */
export interface Opened {
  readonly name: string;
  readonly namespace: string;
  readonly depth: number;
  /** Values of all attributes whose name ends so, in any case, with or without a prefix. */
  attributesLike(ending: RegExp): readonly string[];
}

/** Takes the text of an XML file piece by piece. */
export interface XmlFeed {
  write(text: string): void;
  /** Throws where the XML has not ended. */
  end(): void;
}

/**
 * A feed that follows places. `find` is asked for every element until it answers with the place of
 * one; in that only elements of its namespace have places, and behind it `find` is asked again.
 * Throws `NotABankFile` for what is no well-formed XML, has a DOCTYPE, or passes a limit; entities
 * are never expanded.
 */
export function xmlFeed(find: (opened: Opened) => Place | undefined): XmlFeed {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const state = follow(find);
  let sinceTag = 0;
  let isBegun = false;
  parser.on("opentag", (tag) => {
    sinceTag = 0;
    state.open(tag);
  });
  parser.on("closetag", () => {
    sinceTag = 0;
    state.close();
  });
  parser.on("text", state.text);
  parser.on("cdata", state.text);
  parser.on("doctype", () => {
    throw new NotABankFile("Doctype", "the file has a DOCTYPE, which no bank's file has");
  });
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (error instanceof NotABankFile) throw error;
      // The parser repeats what it read, so its message is not passed on.
      throw new NotABankFile("NotWellFormed", "the file is damaged: its XML is not well formed");
    }
  };
  return {
    write(text) {
      const piece = isBegun ? text : text.replace(/^[\s\ufeff]+/, "");
      if (piece === "") return;
      if (!isBegun && !piece.startsWith("<")) throw new NotABankFile("NotXml", "this is no XML");
      isBegun = true;
      sinceTag += piece.length;
      guarded(() => parser.write(piece));
      if (sinceTag > charactersBetweenTagsMax) throw tooLong();
    },
    end() {
      if (!isBegun) throw new NotABankFile("Empty", "the file is empty");
      guarded(() => parser.close());
    },
  };
}

function tooLong(): NotABankFile {
  return new NotABankFile("TooLong", "a text of the file is longer than any bank writes");
}

/** Where the parser is. */
function follow(find: (opened: Opened) => Place | undefined) {
  /** One an open element. */
  const places: (Place | undefined)[] = [];
  /** Of the place that was found, while it is open, and how deep it lies. */
  let namespace: string | undefined;
  let foundAt = -1;
  let tag: SaxesTagNS | undefined;
  let collected = "";
  const attribute = (name: string): string | undefined => tag?.attributes[name]?.value;
  return {
    open(opened: SaxesTagNS): void {
      if (places.length >= depthMax) {
        throw new NotABankFile("TooDeep", `elements are nested deeper than ${depthMax}`);
      }
      let place: Place | undefined;
      if (namespace === undefined) {
        place = find(described(opened, places.length));
        if (place !== undefined) {
          namespace = opened.uri;
          foundAt = places.length;
        }
      } else if (opened.uri === namespace) {
        place = places.at(-1)?.inside?.get(opened.local);
      }
      places.push(place);
      if (place === undefined) return;
      tag = opened;
      collected = "";
      place.open?.();
    },
    text(piece: string): void {
      if (places.at(-1)?.text === undefined) return;
      collected += piece;
      if (collected.length > textCharactersMax) throw tooLong();
    },
    close(): void {
      const place = places.pop();
      if (place === undefined) return;
      const text = place.text === undefined ? "" : collected.trim();
      // What was collected is this element's, not its parent's.
      collected = "";
      if (text !== "") place.text?.(text, attribute);
      place.close?.();
      if (places.length === foundAt) namespace = undefined;
    },
  };
}

function described({ local, uri, attributes }: SaxesTagNS, depth: number): Opened {
  return {
    name: local,
    namespace: uri,
    depth,
    attributesLike: (ending) =>
      Object.values(attributes).flatMap(({ name, value }) => (ending.test(name) ? value : [])),
  };
}
