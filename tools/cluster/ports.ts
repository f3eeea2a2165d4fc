import { connect, createServer } from "node:net";

const FIRST = 20_000;
const COUNT = 10_000;

/**
 * A loopback TCP port that nobody listens on. It lies below the range from which systems take ports for outgoing
 * connections and below NodePorts, so nobody takes it by chance while its server restarts.
 */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port, host)) return port;
  }
  throw new Error(`No free port between ${FIRST} and ${FIRST + COUNT} was found on ${host}.`);
}

export function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Whether somebody listens on a port of this machine. */
export function isServed(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
