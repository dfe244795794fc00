import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

/** The network between a process and its database, which a test can break. */
export interface Link {
  /** The address of the database over it. */
  readonly url: string;
  /** Nothing arrives any more, and nobody is told; of `old` connections alone, where new ones work. */
  readonly hang: (which?: 'old') => void;
  /** What was sent meanwhile arrives. */
  readonly resume: () => void;
  /** How many connections there are, by whoever made them. */
  readonly count: () => Promise<number>;
  /** Breaks all connections. */
  readonly cut: () => void;
  /**
   * Calls back before the first packet to the database that holds this text goes on; what it returns says whether it does,
   * or whether the connection breaks: before or after the database has it.
   */
  readonly breakAt: (text: string, when: 'before' | 'after') => Promise<void>;
}

/** Opens a link to a database until the test ends. */
export async function openLink(url: string): Promise<Link> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isHanging = false;
  const connections: { isHanging: boolean }[] = [];
  let waiting: (() => void)[] = [];
  let trap:
    { readonly text: string; readonly when: 'before' | 'after'; readonly sprung: () => void } | undefined;

  const server = createServer((client) => {
    const connection = { isHanging };
    connections.push(connection);
    const pass = (forward: () => void) => {
      if (connection.isHanging) waiting.push(forward);
      else forward();
    };
    const database = connect(Number(target.port), target.hostname);
    const breakUp = () => {
      client.destroy();
      database.destroy();
    };
    let isMute = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', breakUp);
      socket.on('close', () => {
        sockets.delete(socket);
        pass(breakUp);
      });
    }
    client.on('data', (packet) => {
      const sprung = trap !== undefined && packet.includes(trap.text) ? trap : undefined;
      if (sprung === undefined) {
        pass(() => database.write(packet));
        return;
      }
      trap = undefined;
      isMute = true;
      if (sprung.when === 'before') {
        breakUp();
        sprung.sprung();
        return;
      }
      database.write(packet);
      database.once('data', () => {
        breakUp();
        sprung.sprung();
      });
    });
    database.on('data', (packet) => {
      if (!isMute) pass(() => client.write(packet));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const resume = () => {
    isHanging = false;
    for (const connection of connections) connection.isHanging = false;
    const forwards = waiting;
    waiting = [];
    for (const forward of forwards) forward();
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    resume();
    cut();
    server.close();
  });

  const over = new URL(url);
  over.port = String((server.address() as AddressInfo).port);
  return {
    url: over.href,
    hang(which) {
      isHanging = which === undefined;
      for (const connection of connections) connection.isHanging = true;
    },
    resume,
    count: () => promisify(server.getConnections.bind(server))(),
    cut,
    breakAt: (text, when) =>
      new Promise((resolve) => {
        trap = { text, when, sprung: resolve };
      }),
  };
}
