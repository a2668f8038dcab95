import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** A line to a database that can be cut without either end being told. */
export interface CutLine {
  /** The same database, over the line. */
  readonly connectionString: string;
  /** From now on nothing goes through, either way; connections can be made and say nothing. */
  cut(): void;
  /** What was held back goes on, as when a stopped server is continued. */
  mend(): void;
  /** Connections that were made so far are lost for good, without a word; new ones are not. */
  lose(): void;
  close(): Promise<void>;
}

/** A line to the database of a connection string. */
export async function cutLine(connectionString: string): Promise<CutLine> {
  const url = new URL(connectionString);
  const folder = url.searchParams.get("host");
  const port = Number(url.port === "" ? "5432" : url.port);
  const reach = (): Socket =>
    folder === null
      ? connect(port, url.hostname)
      : connect(`${decodeURIComponent(folder)}/.s.PGSQL.${String(port)}`);
  let isCut = false;
  const pairs = new Set<readonly [Socket, Socket]>();
  const lost = new WeakSet<Socket>();
  const server: Server = createServer((near) => {
    const far = reach();
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("data", (bytes) => other.write(bytes));
      one.on("error", () => undefined);
      // Over a line that is cut or lost, the other end is not told.
      one.on("close", () => {
        if (!isCut && !lost.has(one)) other.destroy();
      });
      if (isCut) one.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("it listens on a port");
  const over = new URL(connectionString);
  over.searchParams.delete("host");
  over.hostname = "127.0.0.1";
  over.port = String(address.port);
  return {
    connectionString: over.href,
    cut: () => {
      isCut = true;
      for (const end of [...pairs].flat()) end.pause();
    },
    mend: () => {
      isCut = false;
      for (const [near, far] of pairs) {
        if (lost.has(near)) continue;
        // Bytes that were held back come first, then the end that one of the two has come to.
        far.resume();
        near.resume();
        if (near.destroyed) far.end();
        if (far.destroyed) near.end();
      }
    },
    lose: () => {
      for (const end of [...pairs].flat()) {
        lost.add(end);
        end.pause();
      }
    },
    close: async () => {
      for (const end of [...pairs].flat()) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
