import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";

/**
 * A client that posts JSON over connections it keeps open, one request at a time on each. It does
 * the least that can be done, because it runs on the cores that are measured: a general client
 * (undici) takes twice as much of them, most of what the service itself takes.
 */
export interface LoadClient {
  /** Posts a JSON document and resolves with the answer's status code. */
  post(body: string): Promise<number>;
  close(): void;
}

/** Connects to `url`, whose path is posted to, with headers that are sent as they are. */
export async function loadClient(
  url: URL,
  connections: number,
  headers: Readonly<Record<string, string>>,
): Promise<LoadClient> {
  const lines = Object.entries({ host: url.host, ...headers }).map(([k, v]) => `${k}: ${v}\r\n`);
  const head = `POST ${url.pathname} HTTP/1.1\r\n${lines.join("")}content-length: `;
  const open = Array.from({ length: connections }, () => new Connection(url));
  const close = (): void => {
    for (const connection of open) connection.close();
  };
  try {
    await Promise.all(open.map((connection) => connection.opened));
  } catch (error) {
    close();
    throw error;
  }
  const idle = [...open];
  return {
    post: async (body) => {
      const connection = idle.pop();
      if (connection === undefined) throw new Error("every connection is in use");
      const status = await connection.exchange(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
      idle.push(connection);
      return status;
    },
    close,
  };
}

interface Exchange {
  readonly resolve: (status: number) => void;
  readonly reject: (error: Error) => void;
}

class Connection {
  readonly opened: Promise<unknown>;
  private readonly socket: Socket;
  private current: Exchange | undefined;
  private answer = "";

  constructor({ hostname, port }: URL) {
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.opened = once(this.socket, "connect");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => {
      this.take(text);
    });
    this.socket.on("error", (error) => {
      this.current?.reject(error);
    });
    this.socket.on("close", () => {
      this.current?.reject(new Error("the service has closed the connection"));
    });
  }

  exchange(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.current = { resolve, reject };
      if (this.socket.destroyed) reject(new Error("the service has closed the connection"));
      else this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  /** An answer is whole when its head and as many bytes as that announces have come. */
  private take(text: string): void {
    this.answer += text;
    const end = this.answer.indexOf("\r\n\r\n");
    if (end === -1) return;
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(this.answer)?.[1];
    if (length === undefined) {
      this.current?.reject(new Error("the answer does not say how long it is"));
    } else if (this.answer.length >= end + 4 + Number(length)) {
      const status = Number(this.answer.slice("HTTP/1.1 ".length, "HTTP/1.1 ".length + 3));
      this.answer = "";
      this.current?.resolve(status);
    }
  }
}
