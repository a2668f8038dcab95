import pg from "pg";

/**
 * A connection beside a pool, to the same database, for what a session holds as long as it lasts.
 * Who asked for it ends it. Where this process or its machine has gone, the server notices within
 * half a minute and ends the session.
 */
export async function ownConnection(
  pool: pg.Pool,
  onLost: (client: pg.Client) => void,
): Promise<pg.Client> {
  const client = new pg.Client(pool.options);
  const lost = (): void => {
    onLost(client);
  };
  client.on("error", lost);
  client.on("end", lost);
  try {
    await client.connect();
    await client.query(
      "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3",
    );
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
