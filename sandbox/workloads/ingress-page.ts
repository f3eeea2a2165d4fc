import type { IncomingMessage, ServerResponse } from "node:http";
import { isReady } from "./pods.ts";
import { matchesLabels } from "./selectors.ts";
import type { Ingress, IngressBackend } from "./types.ts";
import type { World } from "./world.ts";

interface Route {
  ingress: Ingress;
  backend: IngressBackend | undefined;
}

/** Answers for the hosts of all Ingresses. Nothing behind them is real, and the page says so first. */
export function ingressPage(world: World) {
  return {
    servesHost: (host: string) => routesOf(world, plainHost(host)).length > 0,
    handleIngress(request: IncomingMessage, response: ServerResponse): void {
      const host = plainHost(request.headers.host ?? "");
      const path = (request.url ?? "/").split("?")[0] ?? "/";
      const route = match(world, host, path);
      if (!route) {
        send(request, response, 404, unknownHost(host));
        return;
      }
      const { name, namespace = "" } = route.ingress.metadata;
      const service = route.backend?.service?.name;
      const selector = service ? world.services.get(namespace, service)?.spec.selector : undefined;
      const pods = selector
        ? world.pods.list(namespace).filter((pod) => matchesLabels(pod.metadata.labels, selector))
        : [];
      const ready = pods.filter(isReady).map(({ metadata }) => metadata.name);
      const facts: Fact[] = [
        ["Address", "地址", `${host}${path}`],
        ["Namespace", "命名空间", namespace],
        ["Ingress", "Ingress", name],
        ["Service", "Service", service ?? "—"],
        ["Pods ready", "就绪的 Pod", ready.length ? ready.join(", ") : "—"],
      ];
      const body = ready.length > 0 ? running(facts) : unavailable(facts, pods.length);
      send(request, response, ready.length > 0 ? 200 : 503, body);
    },
  };
}

const plainHost = (host: string) => host.replace(/:\d+$/, "").toLowerCase();

function hostMatches(rule: string | undefined, host: string): boolean {
  if (!rule) return true;
  if (!rule.startsWith("*.")) return rule.toLowerCase() === host;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot + 1) === rule.slice(2).toLowerCase();
}

function routesOf(world: World, host: string): Route[] {
  return world.ingresses
    .list()
    .flatMap((ingress) =>
      (ingress.spec?.rules ?? [])
        .filter((rule) => rule.host && hostMatches(rule.host, host))
        .map(() => ({ ingress, backend: ingress.spec?.defaultBackend })),
    );
}

/** The longest matching path wins; an exact one before a prefix of the same length. */
function match(world: World, host: string, path: string): Route | undefined {
  let best: (Route & { score: number }) | undefined;
  for (const ingress of world.ingresses.list()) {
    for (const rule of ingress.spec?.rules ?? []) {
      if (!rule.host || !hostMatches(rule.host, host)) continue;
      for (const { path: prefix = "/", pathType, backend } of rule.http?.paths ?? []) {
        const score = pathScore(prefix, pathType, path);
        if (score > (best?.score ?? 0)) best = { ingress, backend, score };
      }
    }
  }
  return best ?? routesOf(world, host)[0];
}

function pathScore(prefix: string, pathType: string | undefined, path: string): number {
  if (pathType === "Exact") return prefix === path ? prefix.length * 2 + 1 : 0;
  const base = prefix.replace(/\/$/, "");
  // Controllers take ImplementationSpecific paths as patterns; the literal beginning is as far as this page goes.
  const literal = pathType === "ImplementationSpecific" ? (/^[^()[\]*+?|\\^$]*/.exec(base)?.[0] ?? "") : base;
  const matches = path === literal || path.startsWith(literal.endsWith("/") ? literal : `${literal}/`);
  return matches ? literal.length * 2 + 2 : 0;
}

type Fact = [english: string, chinese: string, value: string];

interface Page {
  tone: "running" | "waiting" | "missing";
  title: [english: string, chinese: string];
  text: [english: string, chinese: string];
  facts: Fact[];
}

const running = (facts: Fact[]): Page => ({
  tone: "running",
  title: ["This is a simulated app", "这是一个模拟应用"],
  text: [
    "You are in the sandbox. The app is installed and its pods count as ready, but no container runs. On a real cluster its own page would open here.",
    "这里是沙盒：应用已安装，Pod 也处于就绪状态，但并没有真正运行容器。在真实集群上，此处会打开应用自己的页面。",
  ],
  facts,
});

const unavailable = (facts: Fact[], pods: number): Page => ({
  tone: "waiting",
  title: ["This simulated app is not ready", "这个模拟应用尚未就绪"],
  text:
    pods > 0
      ? ["Its pods are starting or failing. Reload in a moment.", "它的 Pod 正在启动或出现故障，请稍后刷新。"]
      : [
          "No pod stands behind this address: it is stopped or not installed completely.",
          "此地址背后没有 Pod：应用已停止或尚未安装完成。",
        ],
  facts,
});

const unknownHost = (host: string): Page => ({
  tone: "missing",
  title: ["Nothing is installed at this address", "此地址没有安装任何应用"],
  text: ["No Ingress of the sandbox names this host.", "沙盒中没有任何 Ingress 使用此主机名。"],
  facts: [["Address", "地址", host]],
});

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--bg:#f4f6fa;--card:#fff;--text:#18202c;--dim:#5b6676;--line:#e2e7ef;--accent:#2468e8}
@media(prefers-color-scheme:dark){:root{--bg:#10141b;--card:#181e27;--text:#e9eef6;--dim:#9aa7b8;--line:#2a3340;--accent:#6ea0ff}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--bg);
color:var(--text);font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei",sans-serif}
main{width:100%;max-width:640px;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:32px}
.badge{display:inline-block;padding:2px 12px;border-radius:99px;border:1px solid currentColor;font-size:13px;color:var(--accent)}
.waiting .badge{color:#b7791f}.missing .badge{color:#c0392b}
h1{font-size:24px;line-height:1.3;margin:16px 0 0}h1 span,p span{display:block}h1 span{font-size:18px;color:var(--dim);font-weight:500}
p{margin:16px 0}p span{color:var(--dim);margin-top:4px}
dl{margin:24px 0 0;border-top:1px solid var(--line)}dl div{display:flex;gap:16px;padding:10px 0;border-bottom:1px solid var(--line)}
dt{flex:0 0 190px;color:var(--dim);font-size:14px}dd{margin:0;min-width:0;overflow-wrap:anywhere;font-size:14px}
@media(max-width:480px){dl div{display:block}}`;

function render({ tone, title, text, facts }: Page): string {
  const rows = facts.map(([english, chinese, value]) => {
    const label = english === chinese ? english : `${english} · ${chinese}`;
    return `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title[0])}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body class="${tone}"><main><span class="badge">Sandbox · 沙盒</span>
<h1>${escapeHtml(title[0])}<span lang="zh">${escapeHtml(title[1])}</span></h1>
<p>${escapeHtml(text[0])}<span lang="zh">${escapeHtml(text[1])}</span></p>
<dl>${rows.join("")}</dl></main></body></html>`;
}

function send(request: IncomingMessage, response: ServerResponse, status: number, page: Page): void {
  request.resume();
  const body = render(page);
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    ...(status === 503 ? { "retry-after": "2" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
