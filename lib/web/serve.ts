import { createServer, type RequestListener, type Server } from "node:http";

/** A connection that still works on its answer after this long is closed. */
const GRACE_MS = 20_000;

export interface Served {
  server: Server;
  port: number;
  /** Accepts nothing any more and resolves when every answer that was begun is given, or its time is over. */
  close(graceMs?: number): Promise<void>;
}

/** Listens for HTTP. Rejects when the port cannot be had. */
export function serve(listener: RequestListener, port: number, host?: string): Promise<Served> {
  let closing = false;
  const server = createServer((request, response) => {
    // A client that keeps its connection would come again to a server that goes.
    if (closing) response.setHeader("connection", "close");
    listener(request, response);
  });
  const close = (graceMs = GRACE_MS) =>
    new Promise<void>((resolve) => {
      closing = true;
      const idle = setInterval(() => server.closeIdleConnections(), 100);
      const end = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearInterval(idle);
        clearTimeout(end);
        resolve();
      });
    });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address ? address.port : port, close });
    });
  });
}
