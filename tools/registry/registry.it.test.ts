import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Layout, pushImage, Registry } from "../../lib/oci/index.ts";
import { storeImage } from "../../lib/oci/testing/image.ts";
import { registryMissing, startRegistry } from "./index.ts";

const missing = registryMissing();

interface Notification {
  events: { action: string; target: { repository: string; tag?: string; digest: string } }[];
}

describe.skipIf(missing !== undefined)("the registry for tests", () => {
  it("notifies of a push, with the secret that it was given", async () => {
    const { promise, resolve } = Promise.withResolvers<{
      secret: string | undefined;
      event: Notification["events"][0];
    }>();
    const listener = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { events } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Notification;
      const event = events.find(({ action, target }) => action === "push" && target.tag);
      if (event) resolve({ secret: request.headers.authorization, event });
      response.end();
    });
    await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    const dir = await mkdtemp(join(tmpdir(), "hub-notified-"));
    const registry = await startRegistry({ notify: { url, secret: "between-us" } });
    try {
      const layout = new Layout(dir);
      const image = await storeImage(layout, "one");
      const to = { registry: new Registry({ registry: registry.host }), repository: "a/b", reference: "1" };
      await pushImage(layout, image, to);
      const { secret, event } = await promise;
      expect(secret).toBe("Bearer between-us");
      expect(event.target).toMatchObject({ repository: "a/b", tag: "1", digest: image.digest });
    } finally {
      await registry.stop();
      await new Promise((done) => listener.close(done));
      await rm(dir, { recursive: true });
    }
  });
});
