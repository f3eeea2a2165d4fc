import { expect, test } from "vitest";
import type { ImageContent } from "../model/image.ts";
import type { KubernetesObject } from "../model/kubernetes.ts";
import { addressOf, type Cloud, titled } from "./entry.ts";
import type { ResolvedImage } from "./resolve.ts";

const cloud: Cloud = { domain: "cloud.test", port: "", scheme: "https", certSecretName: "cert" };
const ingress = (host: string, path = "/"): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "web" },
  spec: { rules: [{ host, http: { paths: [{ path }] } }] },
});
const app = (url: string): KubernetesObject => ({
  apiVersion: "app.sealos.io/v1",
  kind: "App",
  metadata: { name: "web" },
  spec: { data: { url } },
});

test.for<[string, KubernetesObject[], Partial<Cloud>, string | undefined]>([
  ["the Ingress host", [ingress("web.cloud.test")], {}, "https://web.cloud.test"],
  ["the Ingress host with its path", [ingress("web.cloud.test", "/ui")], {}, "https://web.cloud.test/ui/"],
  [
    "the host without a path that is a pattern",
    [ingress("web.cloud.test", "/()(.*)")],
    {},
    "https://web.cloud.test",
  ],
  [
    "the cloud's own scheme and port",
    [ingress("web.cloud.test")],
    { scheme: "http", port: "8080" },
    "http://web.cloud.test:8080",
  ],
  [
    "what the image's own App says",
    [ingress("web.cloud.test"), app("https://web.cloud.test/start")],
    {},
    "https://web.cloud.test/start",
  ],
  [
    "that on the cloud's port",
    [ingress("web.cloud.test"), app("https://web.cloud.test")],
    { scheme: "http", port: "8080" },
    "http://web.cloud.test:8080",
  ],
  ["nothing for a script address", [app("javascript:alert(1)")], {}, undefined],
  ["nothing without a way in", [], {}, undefined],
])("an app's address is %s", ([, objects, more, expected]) => {
  expect(addressOf(objects, { ...cloud, ...more })).toBe(expected);
});

test("an installation may give its app a title, in every language; one without leaves the image's", () => {
  const i18n = { zh: { title: "客户端", description: "一个客户端" } };
  const image = { content: { title: "Client", i18n } as Partial<ImageContent> } as ResolvedImage;
  const named = titled(image, {
    metadata: { name: "a", annotations: { "hub.sealos.io/title": " Client · shop " } },
  });
  expect(named.content).toEqual({ title: "Client · shop", i18n: { zh: { description: "一个客户端" } } });
  expect(titled(image, { metadata: { name: "a" } })).toBe(image);
});
