import { idLeaf } from "./message-values.ts";
import type { Place } from "./xml-places.ts";
import { branch } from "./xml-places.ts";

/** What kind of transaction it is, `BkTxCd`: by the ISO list, and in the bank's own words. */
export interface BankCode {
  domain?: string | undefined;
  family?: string | undefined;
  subFamily?: string | undefined;
  own?: string | undefined;
}

/** The place of `BkTxCd`, of an entry or of a transaction. */
export function codePlace(code: () => BankCode): Place {
  const family = {
    Cd: idLeaf((text) => (code().family ??= text)),
    SubFmlyCd: idLeaf((text) => (code().subFamily ??= text)),
  };
  return branch({
    Domn: branch({ Cd: idLeaf((text) => (code().domain ??= text)), Fmly: branch(family) }),
    Prtry: branch({ Cd: idLeaf((text) => (code().own ??= text)) }),
  });
}

/** `PMNT/RCDT/RRTN`, as much of it as there is, else the bank's own code. */
export function codeOf({ domain, family, subFamily, own }: BankCode): string | undefined {
  const codes = [domain, family, subFamily].filter((code) => code !== undefined);
  return codes.length === 0 ? own : codes.join("/");
}

/** Whether a code says that a payment came back. */
export function isReturnCode(code: string | undefined): boolean {
  return code?.endsWith("/RRTN") === true;
}
