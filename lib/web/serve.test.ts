import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { createListener } from "./listener.ts";
import { serve } from "./serve.ts";

const quiet = { environment: {}, onError: () => undefined };

test("an answer that was begun is given to its end, and nobody is let in any more", async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: enough, resolve: end } = Promise.withResolvers<void>();
  const { port, close } = await serve(
    async (_request, response) => {
      response.write("begun, ");
      ask();
      await enough;
      response.end("and ended");
    },
    0,
    "127.0.0.1",
  );
  const answer = fetch(`http://127.0.0.1:${port}/`);
  await asked;
  const closed = close();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  end();
  expect(await (await answer).text()).toBe("begun, and ended");
  await closed;
});

test("an answer without an end is cut off when its time is over", async () => {
  const { port, close } = await serve((_request, response) => response.write("for ever"), 0, "127.0.0.1");
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  await close(1);
  await expect(answer.text()).rejects.toThrow();
});

test("a port that is taken is said", async () => {
  const { port, close } = await serve((_request, response) => response.end(), 0, "127.0.0.1");
  await expect(serve((_request, response) => response.end(), port, "127.0.0.1")).rejects.toThrow(
    "EADDRINUSE",
  );
  await close();
});

test("what is no stream is handed on, whatever its method or path", async () => {
  const seen: string[] = [];
  const { port, server, close } = await serve(
    createListener({
      ...quiet,
      rest: async (request, response) => {
        seen.push(`${request.method} ${request.url}`);
        response.end();
      },
    }),
    0,
    "127.0.0.1",
  );
  const asked = [
    ["GET", "/"],
    ["POST", "/api/stream"],
    ["GET", "/api/streams"],
    ["GET", "/api/namespaces/ns-a/pods/p"],
  ] as const;
  for (const [method, path] of asked) await fetch(`http://127.0.0.1:${port}${path}`, { method });
  expect(seen).toEqual(asked.map((each) => each.join(" ")));
  const closing = once(server, "close");
  await close();
  await closing;
});

test("a stream asked of the demo by another site's name is refused before anybody is asked who they are", async () => {
  const { port, close } = await serve(
    createListener({
      onError: quiet.onError,
      environment: { HUB_DEMO: "1", HUB_URL: "http://localhost:3000" },
      rest: async (_request, response) => void response.end(),
    }),
    0,
    "127.0.0.1",
  );
  const asked = get({ port, host: "127.0.0.1", path: "/api/stream", headers: { host: "evil.example" } });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(421);
  await close();
});
