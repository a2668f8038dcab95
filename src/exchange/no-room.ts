import { systemCode } from "./text-encoding.ts";

const full = {
  TemporaryFolderFull: "the folder for temporary files (TMPDIR) is full: make room there",
  UploadFolderFull: "the data folder (--data), where uploads lie, is full: make room there",
} as const;

/** Thrown where a folder for what is under way holds no more; its message is for people. */
export class NoRoom extends Error {
  readonly code: keyof typeof full;

  constructor(code: keyof typeof full, options?: ErrorOptions) {
    super(full[code], options);
    this.code = code;
  }
}

/** What of the system says that there is no room. */
export function isNoRoom(error: unknown): boolean {
  return /^E(NOSPC|DQUOT)$/.test(systemCode(error));
}

/** Whether this process, or the system, may open no more files. */
export function isTooManyFiles(error: unknown): boolean {
  return /^E[MN]FILE$/.test(systemCode(error));
}
