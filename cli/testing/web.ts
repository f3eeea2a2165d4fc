import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "@/app/api/answer.test-support.ts";

/** The Hub's API over HTTP, as the command line meets it. */
export async function startWeb(): Promise<{ url: string; close: () => void }> {
  const web = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const answered = await answer(
      new Request(new URL(request.url ?? "/", `http://${request.headers.host}`), {
        method: request.method ?? "GET",
        headers: request.headers as Record<string, string>,
        ...(body.length > 0 && { body }),
      }),
    );
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(Buffer.from(await answered.arrayBuffer()));
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  return { url, close: () => web.close() };
}

/** The authority of a cluster that speaks TLS, in PEM. */
export async function authorityOf(kubeconfig: string): Promise<string | undefined> {
  const data = /certificate-authority-data"?: *"?([\w+/=]+)/.exec(await readFile(kubeconfig, "utf8"))?.[1];
  return data ? Buffer.from(data, "base64").toString("utf8") : undefined;
}
