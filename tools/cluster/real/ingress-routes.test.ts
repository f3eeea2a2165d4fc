import { expect, test } from "vitest";
import {
  type EndpointSlice,
  type Ingress,
  nginxConfiguration,
  type Objects,
  routesOf,
  type Service,
} from "./ingress-routes.ts";

const meta = (name: string, more: object = {}) => ({ name, namespace: "ns-a", ...more });

function ingress(name: string, host: string, path = "/", created = "2026-01-01T00:00:00Z"): Ingress {
  const backend = { service: { name: "web", port: { name: "http" } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta(name, { creationTimestamp: created }),
    spec: { rules: [{ host, http: { paths: [{ path, pathType: "Prefix", backend }] } }] },
  };
}

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: meta("web"),
  spec: { ports: [{ name: "http", port: 80 }] },
};

const slice: EndpointSlice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: meta("web-1", { labels: { "kubernetes.io/service-name": "web" } }),
  endpoints: [
    { addresses: ["10.0.0.2"], conditions: { ready: true } },
    { addresses: ["10.0.0.3"], conditions: { ready: false } },
  ],
  ports: [{ name: "http", port: 8080 }],
};

const objects = (...ingresses: Ingress[]): Objects => ({ ingresses, services: [service], slices: [slice] });

test("a host leads to the ready pods behind the service's port", () => {
  expect(routesOf(objects(ingress("a", "a.example.com")))).toEqual(
    new Map([["a.example.com", [{ path: "/", exact: false, addresses: ["10.0.0.2:8080"] }]]]),
  );
});

test("of two for one host and path the older one wins, whatever their order", () => {
  const elsewhere = { ...ingress("b", "a.example.com", "/", "2026-01-02T00:00:00Z") };
  elsewhere.metadata = { ...elsewhere.metadata, namespace: "ns-b" };
  const routes = routesOf(objects(elsewhere, ingress("a", "a.example.com")));
  expect(routes.get("a.example.com")?.map(({ addresses }) => addresses)).toEqual([["10.0.0.2:8080"]]);
});

test("another controller's Ingress is left to it", () => {
  const other = ingress("a", "a.example.com");
  expect(routesOf(objects({ ...other, spec: { ...other.spec, ingressClassName: "traefik" } })).size).toBe(0);
});

test.each([
  ["a host", ingress("a", "a.example.com; return 200")],
  ["a path", ingress("a", "a.example.com", "/ { return 200 } location /x")],
  ["a variable", ingress("a", "a.example.com", "/$host")],
])("%s that would be more than that in nginx's language is left out", (_, each) => {
  expect(routesOf(objects(each)).size).toBe(0);
});

test("a service without ready pods answers 503, an unknown host 404", () => {
  const text = nginxConfiguration(routesOf({ ...objects(ingress("a", "a.example.com")), slices: [] }), 80);
  expect(text).toContain("location / { return 503; }");
  expect(text).toMatch(/default_server;\s+return 404;/);
});
