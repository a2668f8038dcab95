import type { Connection, Pool, PoolClient, Submittable } from "pg";
import pg from "pg";
import type { CopyTask } from "./copy.ts";
import { copyDone, copyFail } from "./copy.ts";
import type { Statement } from "./pool.ts";

/** A transaction that ends with rows for one table or several. */
export interface CopyTransaction {
  readonly before: readonly Statement[];
  /** Messages are made one at a time, so that the server works meanwhile. */
  readonly copies: readonly CopyTask[];
}

/**
 * The state of a transaction; it changes in the same turn of the event loop in which the server's
 * answer arrives.
 */
export interface Ticket {
  state: "underWay" | "committed" | "failed";
}

/** Transactions sent one behind the other without waiting for answers. */
export interface CopyPipeline {
  /**
   * Sends a transaction behind those under way; the server executes it when they are committed.
   * Resolves when it is committed. Rejects with the server's error, with what making a message
   * threw, with the loss of the connection, or with `NotReached`.
   */
  send(transaction: CopyTransaction, ticket?: Ticket): Promise<void>;
}

/** Thrown for a transaction of which nothing was executed, because one before it failed. */
export class NotReached extends Error {}

const serializationFailure = "40001";

/**
 * Whether a transaction was refused because it, or one before it, expected another state than the
 * server found: it can be tried again on the state that is there.
 */
export function cameOtherwise(error: unknown): boolean {
  if (error instanceof NotReached) return true;
  return error instanceof pg.DatabaseError && error.code === serializationFailure;
}

/** A pipeline over a pool; it holds one connection until shortly after the last transaction. */
export function copyPipeline(pool: Pool): CopyPipeline {
  let channel: Channel | undefined;
  return {
    send: (transaction, ticket = { state: "underWay" }) =>
      new Promise((resolve, reject) => {
        if (channel === undefined || channel.isEnded) channel = new Channel(pool);
        channel.add(transaction, ticket, resolve, reject);
      }),
  };
}

/** A statement with its parameters as they travel. */
interface WireStatement {
  readonly text: string;
  readonly values: (Buffer | string | null)[];
}

/** A transaction under way. */
interface Sent {
  readonly before: readonly WireStatement[];
  /** Copies of which something is still to be sent; the first may have begun. */
  readonly copies: { readonly statement: WireStatement; readonly messages: Iterator<Buffer> }[];
  readonly ticket: Ticket;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Statements whose completion the server has not reported. */
  left: number;
  /** What making its messages threw. */
  failure?: unknown;
}

/**
 * A connection is kept this long after its last transaction. Otherwise single commands would each
 * take one from the pool, wait once more for the server to return it, and have several server
 * processes warm up to the same work.
 */
const lingerMs = 100;
/**
 * After this time the connection is given back at the first pause, however short: until the end of
 * the query the server updates no statistics, so that nothing would be vacuumed or analysed.
 */
const queryMs = 1_000;

/**
 * A connection that takes transactions until none has come for a while or one fails. To pg, whose
 * own pipelining has no COPY, all of them are one query of the extended protocol: the server
 * reports the completion of each statement, and after an error skips everything up to the end of
 * the query.
 */
class Channel implements Submittable {
  /** Takes no more transactions. */
  isEnded = false;
  /** Sends no more; transactions that are added fail with the same error. */
  private isFailing = false;
  private hasSynced = false;
  private client: PoolClient | undefined;
  private connection: Connection | undefined;
  /** Transactions of which something is still to be sent; the first may have begun. */
  private readonly unsent: Sent[] = [];
  private hasBegun = false;
  private isCopying = false;
  private lingering: NodeJS.Timeout | undefined;
  private readonly since = performance.now();
  private isPaused = false;
  /**
   * Whether a statement was prepared since the last pause, which the server has skipped if one
   * before it failed.
   */
  private hasPrepared = false;
  /** Transactions that have begun and whose end the server has not reported. */
  private readonly unanswered: Sent[] = [];

  constructor(pool: Pool) {
    pool.connect().then(
      (client) => {
        this.client = client;
        client.query(this);
      },
      (error: unknown) => {
        this.fail(error, true);
      },
    );
  }

  add(
    { before, copies }: CopyTransaction,
    ticket: Ticket,
    resolve: () => void,
    reject: (error: unknown) => void,
  ): void {
    const sent: Sent = {
      // Values are encoded before anything is sent: a value that cannot be must not leave half a
      // transaction executed.
      before: [{ text: "BEGIN" }, ...before].map(toWire),
      copies: copies.map(({ into, format, messages }) => ({
        statement: { text: `COPY ${into} FROM STDIN (FORMAT ${format})`, values: [] },
        messages,
      })),
      ticket,
      resolve,
      reject,
      left: before.length + copies.length + 2,
    };
    clearTimeout(this.lingering);
    this.unsent.push(sent);
    this.send();
  }

  submit(connection: Connection): void {
    this.connection = connection;
    this.send();
  }

  /** Sends as much as there is room for. */
  private send(): void {
    const { connection, unsent } = this;
    if (connection === undefined || this.isPaused || this.isFailing) return;
    const { stream } = connection;
    stream.cork();
    for (let sent = unsent[0]; sent !== undefined && !stream.destroyed; sent = unsent[0]) {
      if (!this.hasBegun) {
        this.hasBegun = true;
        this.unanswered.push(sent);
        this.execute(connection, sent.before);
      }
      if (!this.sendCopies(connection, sent)) break;
      this.execute(connection, [commit]);
      connection.flush();
      unsent.shift();
      this.hasBegun = false;
    }
    stream.uncork();
  }

  private execute(connection: Connection, statements: readonly WireStatement[]): void {
    for (const statement of statements) {
      if (execute(connection, statement)) this.hasPrepared = true;
    }
  }

  /** Whether all rows for all tables are sent. */
  private sendCopies(connection: Connection, sent: Sent): boolean {
    for (let copy = sent.copies[0]; copy !== undefined; copy = sent.copies[0]) {
      if (!this.isCopying) this.execute(connection, [copy.statement]);
      this.isCopying = true;
      if (!this.sendRows(connection, sent, copy.messages)) return false;
      this.isCopying = false;
      sent.copies.shift();
    }
    return true;
  }

  /** Whether all rows are sent. */
  private sendRows(connection: Connection, sent: Sent, messages: Iterator<Buffer>): boolean {
    const { stream } = connection;
    try {
      for (let next = messages.next(); next.done !== true; next = messages.next()) {
        if (stream.write(next.value)) continue;
        this.isPaused = true;
        stream.once("drain", () => {
          this.isPaused = false;
          this.send();
        });
        return false;
      }
      stream.write(copyDone);
      return true;
    } catch (error) {
      // The server's own error, which follows, says less than this one.
      sent.failure = error;
      stream.write(copyFail);
      this.isFailing = true;
      this.sync();
      return false;
    }
  }

  /** Ends the query: the server says that it is ready, and what it has done. */
  private sync(): void {
    if (this.hasSynced) return;
    this.hasSynced = true;
    this.connection?.sync();
  }

  private end(): void {
    this.isEnded = true;
    this.sync();
  }

  handleCommandComplete(): void {
    const [sent] = this.unanswered;
    if (sent === undefined) throw new Error("the server completed what it was not sent");
    sent.left -= 1;
    if (sent.left > 0) return;
    this.unanswered.shift();
    sent.ticket.state = "committed";
    sent.resolve();
    if (this.unanswered.length > 0 || this.unsent.length > 0) return;
    this.hasPrepared = false;
    if (performance.now() - this.since > queryMs) this.end();
    else {
      this.lingering = setTimeout(() => {
        this.end();
      }, lingerMs);
    }
  }

  handleReadyForQuery(): void {
    this.client?.release();
  }

  /** pg calls this once, for the server's error or for the loss of the connection. */
  handleError(error: Error, connection: Connection): void {
    const isLost = !(error instanceof pg.DatabaseError) || connection.stream.destroyed;
    if (!isLost) this.sync();
    this.fail(error, isLost);
    const { client } = this;
    if (client === undefined) return;
    if (isLost || this.hasPrepared) client.release(error);
    else {
      client.query("ROLLBACK").then(
        () => {
          client.release();
        },
        (failed: unknown) => {
          client.release(failed instanceof Error ? failed : true);
        },
      );
    }
  }

  /** When the connection is lost, what the server has executed of any of them is not known. */
  private fail(error: unknown, isLost: boolean): void {
    clearTimeout(this.lingering);
    this.isEnded = true;
    this.isFailing = true;
    const begun = this.hasBegun ? this.unsent.slice(1) : this.unsent;
    [...this.unanswered, ...begun].forEach(({ ticket, failure, reject }, i) => {
      ticket.state = "failed";
      if (i === 0) reject(failure ?? error);
      else reject(isLost ? error : new NotReached("a transaction before it failed"));
    });
  }

  handleCopyInResponse(): void {
    // The rows are on their way.
  }

  handleRowDescription(): void {
    // What statements answer is not asked for.
  }

  handleDataRow(): void {
    // As above.
  }

  /** pg gives a query without one a callback that throws. */
  callback(): void {
    // Promises tell.
  }
}

const commit: WireStatement = { text: "COMMIT", values: [] };

function toWire({ text, values = [] }: Statement): WireStatement {
  return { text, values: values.map(utils.prepareValue) };
}

/** How pg itself puts values on the wire; its types do not tell of it. */
const { utils } = pg as unknown as {
  utils: { prepareValue: (value: unknown) => Buffer | string | null };
};

/** The statements that connections have prepared, by their text. */
const prepared = new WeakMap<Connection, Map<string, string>>();

/** Whether the statement had to be prepared. */
function execute(connection: Connection, { text, values }: WireStatement): boolean {
  let names = prepared.get(connection);
  if (names === undefined) prepared.set(connection, (names = new Map<string, string>()));
  let name = names.get(text);
  const isNew = name === undefined;
  if (name === undefined) {
    names.set(text, (name = `pipeline-${names.size}`));
    connection.parse({ name, text, types: [] }, true);
  }
  connection.bind({ statement: name, values }, true);
  connection.execute(null, true);
  return isNew;
}
