/** From Ingresses, Services and EndpointSlices to the configuration of nginx: pure functions. */

interface Named {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; creationTimestamp?: string; labels?: Record<string, string> };
}

export interface Ingress extends Named {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    rules?: { host?: string; http?: { paths: { path?: string; pathType?: string; backend: Backend }[] } }[];
  };
  status?: { loadBalancer?: { ingress?: { ip?: string }[] } };
}

interface Backend {
  service?: { name: string; port?: { name?: string; number?: number } };
}

export interface Service extends Named {
  spec?: { ports?: { name?: string; port: number }[] };
}

export interface EndpointSlice extends Named {
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean } }[];
  ports?: { name?: string; port?: number }[];
}

export interface Objects {
  ingresses: readonly Ingress[];
  services: readonly Service[];
  slices: readonly EndpointSlice[];
}

export interface Route {
  path: string;
  exact: boolean;
  /** `address:port` of every ready pod behind it; none answers 503. */
  addresses: string[];
}

/** Nothing that could end a directive, begin another or name a variable. */
const SAFE_HOST = /^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const SAFE_PATH = /^\/[\w.~!&()*+,=:@%/-]*$/;
export const CLASS = "nginx";

/** Routes by host (the empty string: any other host). Of two for one host and path the older Ingress wins. */
export function routesOf({ ingresses, services, slices }: Objects): Map<string, Route[]> {
  const hosts = new Map<string, Route[]>();
  const mine = ingresses.filter(({ spec }) => (spec?.ingressClassName ?? CLASS) === CLASS);
  const age = ({ metadata }: Ingress) =>
    `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`;
  for (const { metadata, spec } of [...mine].sort((a, b) => age(a).localeCompare(age(b))))
    for (const { host = "", http } of spec?.rules ?? [])
      for (const { path = "/", pathType, backend } of http?.paths ?? []) {
        if ((host && !SAFE_HOST.test(host)) || !SAFE_PATH.test(path)) continue;
        const routes = hosts.get(host) ?? [];
        const exact = pathType === "Exact";
        if (routes.some((route) => route.path === path && route.exact === exact)) continue;
        const addresses = addressesOf(metadata.namespace ?? "", backend, services, slices);
        hosts.set(host, [...routes, { path, exact, addresses }]);
      }
  return hosts;
}

function addressesOf(
  namespace: string,
  { service }: Backend,
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): string[] {
  const found = services.find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === service?.name,
  );
  const wanted = service?.port;
  const port = found?.spec?.ports?.find((each) =>
    wanted?.name ? each.name === wanted.name : each.port === wanted?.number,
  );
  if (!found || !port) return [];
  return slices
    .filter(
      ({ metadata }) =>
        metadata.namespace === namespace &&
        metadata.labels?.["kubernetes.io/service-name"] === found.metadata.name,
    )
    .flatMap(({ endpoints, ports }) => {
      const target = ports?.find(({ name }) => (name ?? "") === (port.name ?? ""))?.port;
      const ready = endpoints?.filter(({ conditions }) => conditions?.ready !== false) ?? [];
      return target ? ready.flatMap(({ addresses }) => addresses.map((each) => `${each}:${target}`)) : [];
    })
    .sort();
}

/** The whole configuration file. `port` is where it listens. */
export function nginxConfiguration(routes: ReadonlyMap<string, Route[]>, port: number): string {
  const upstreams: string[] = [];
  const location = ({ path, exact, addresses }: Route) => {
    if (addresses.length === 0) return `    location ${exact ? "= " : ""}${path} { return 503; }`;
    const name = `pods-${upstreams.length}`;
    upstreams.push(`  upstream ${name} { ${addresses.map((each) => `server ${each};`).join(" ")} }`);
    return `    location ${exact ? "= " : ""}${path} { proxy_pass http://${name}; }`;
  };
  const servers = [...routes].sort().map(
    ([host, paths]) => `  server {
    listen ${port}${host ? "" : " default_server"};
    server_name ${host || "_"};
${paths.map(location).join("\n")}
  }`,
  );
  const rest = `  server {\n    listen ${port} default_server;\n    return 404;\n  }`;
  return `daemon off;
worker_processes 1;
pid /run/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_max_body_size 0;
  proxy_http_version 1.1;
  proxy_read_timeout 300s;
  proxy_buffering off;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $upgrade_or_not;
  map $http_upgrade $upgrade_or_not { default upgrade; "" ""; }
${[...upstreams, ...servers, ...(routes.has("") ? [] : [rest])].join("\n")}
}
`;
}
