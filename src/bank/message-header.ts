import type { Page } from "../domain/distribution/bank-told.ts";
import { bankDay } from "./bank-day.ts";
import type { BankItem } from "./bank-item.ts";
import { idLeaf, incomplete, pageBranch } from "./message-values.ts";
import type { Place } from "./xml-places.ts";
import { branch, leaf } from "./xml-places.ts";

/** The header of a message. */
export interface MessageHeader {
  readonly place: Place;
  /** The id of the message; throws where what needs it comes before it, or without it. */
  messageId(): string;
  page(): Page | undefined;
}

/** Reads `GrpHdr`, the first of them, and tells the message. */
export function messageHeader(kind: string, tell: (item: BankItem) => void): MessageHeader {
  let messageId: string | undefined;
  let createdOn: string | undefined;
  let page: Page | undefined;
  let isTold = false;
  const inside = {
    MsgId: idLeaf((id) => (messageId ??= id)),
    CreDtTm: leaf((text) => (createdOn ??= bankDay(text))),
    MsgPgntn: pageBranch((told) => (page ??= told)),
  };
  const place = branch(inside, {
    close() {
      if (isTold) return;
      if (messageId === undefined) throw incomplete("the message has no id");
      isTold = true;
      tell({ item: "message", kind, messageId, createdOn });
    },
  });
  return {
    place,
    messageId() {
      if (messageId === undefined || !isTold) throw incomplete("the message has no header");
      return messageId;
    },
    page: () => page,
  };
}
