// Codes of the system and of PostgreSQL: connections that broke or could not be made, a server that
// is starting or stopping, and one that takes no more connections.
const lost =
  /^(E(CONN[A-Z]+|PIPE|NOENT|TIMEDOUT|(HOST|NET)UNREACH|AI_AGAIN)|08...|57P0.|25P0[34]|53300)$/;
const lostInWords =
  /^(Connection terminated|Client (has encountered|was closed))|timeout (exceeded when|expired)/;

/**
 * Whether an error says that a database server could not be reached or went away, so that asking
 * again may help. What was being written then may be committed or not. The one place that knows:
 * appends try again by it, HTTP answers 503 and verbs tell how to go on.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  // A file that is missing has ENOENT too; of a server it means that its socket is missing.
  if (code === "ENOENT") return (error as NodeJS.ErrnoException).syscall === "connect";
  return typeof code === "string" ? lost.test(code) : lostInWords.test(error.message);
}

/**
 * Whether the server ended a statement because it waited too long for a lock or took too long. It
 * has changed nothing, and asking again may help.
 */
export function isHeldUp(error: unknown): boolean {
  const code = codeOf(error);
  return code === "55P03" || code === "57014";
}

/** What has run out. */
export type Shortage = "DiskFull" | "TooManyConnections" | "TooManyOpenFiles" | "OutOfMemory";

const shortages: Readonly<Record<string, Shortage>> = {
  "53100": "DiskFull",
  "53200": "OutOfMemory",
  "53300": "TooManyConnections",
  // What the server says where it may open no more files.
  "53000": "TooManyOpenFiles",
  ENOSPC: "DiskFull",
  EDQUOT: "DiskFull",
  EMFILE: "TooManyOpenFiles",
  ENFILE: "TooManyOpenFiles",
};

/** What has run out, where an error says that something has. Nothing of the kind: undefined. */
export function shortageOf(error: unknown): Shortage | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : shortages[code];
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}
