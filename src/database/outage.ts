// Codes of the system and of PostgreSQL: connections that broke or could not be made, a server that
// is starting or stopping, and one that takes no more connections.
const lost =
  /^(E(CONN[A-Z]+|PIPE|NOENT|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)|08...|57P0.|53300)$/;
const lostInWords =
  /^Connection terminated|timeout exceeded when trying to connect|timeout expired/;

/**
 * Whether an error says that a database server could not be reached or went away, so that asking
 * again may help. What was being written then may be committed or not. The one place that knows:
 * appends try again by it, HTTP answers 503 and verbs tell how to go on.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  // A missing file has ENOENT too; of servers, only where there is no socket to connect to.
  if (code === "ENOENT") return (error as NodeJS.ErrnoException).syscall === "connect";
  return typeof code === "string" ? lost.test(code) : lostInWords.test(error.message);
}
