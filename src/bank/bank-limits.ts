/** Elements within elements; the schemas reach 20. */
export const depthMax = 64;
/** Of one text, and of the texts of one transaction joined; the schemas end at 500. */
export const textCharactersMax = 10_000;
/** Of an id or a code; the schemas end at 35, some banks do not. */
export const idCharactersMax = 140;
/** Without a tag, a comment and an attribute included. */
export const charactersBetweenTagsMax = 1024 * 1024;
/** Of a whole file. A million entries are about one GiB. */
export const fileBytesMax = 8 * 1024 ** 3;
/** Of one statement. */
export const balancesMax = 1_000;
/** Accounts of one file whose statements are compared with each other. */
export const accountsMax = 10_000;
/** Of a line of a delimited file. */
export const lineCharactersMax = 10_000;
/** Faults that a check names; the others it counts. */
export const faultsNamedMax = 5;
