import type { Socket } from "node:net";
import { connect as dial, createServer } from "node:net";

/** Stands between a client and a server. */
export interface BreakableProxy {
  readonly port: number;
  /** Ends every connection; new ones may be made. */
  cut(): void;
  /** Ends every connection and refuses new ones, until it is opened again. */
  shut(): void;
  open(): void;
}

/** A proxy to a server that can be cut off. */
export async function breakableProxy(
  t: { teardown(work: () => void): unknown },
  host: string,
  port: number | string,
): Promise<BreakableProxy> {
  const sockets = new Set<Socket>();
  let isShut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (isShut) {
      client.resetAndDestroy();
      return;
    }
    // A folder has the socket of a database server.
    const to = `${host}/.s.PGSQL.${port}`;
    const upstream = host.startsWith("/") ? dial(to) : dial(Number(port), host);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(() => {
    server.close();
    cut();
  });
  return {
    port: (server.address() as { port: number }).port,
    cut,
    shut: () => {
      isShut = true;
      cut();
    },
    open: () => {
      isShut = false;
    },
  };
}
