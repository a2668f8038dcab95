import { systemCode } from "./text-encoding.ts";

/** Thrown where the folder for temporary files holds no more; its message is for people. */
export class NoRoom extends Error {
  readonly code = "TemporaryFolderFull";

  constructor(options?: ErrorOptions) {
    super("the folder for temporary files (TMPDIR) is full: make room there", options);
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
