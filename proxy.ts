import { type NextRequest, NextResponse } from "next/server";
import { requestIdOf, securityHeaders } from "@/lib/auth/answer-headers.ts";
import { isMisdirected, MISDIRECTED } from "@/lib/auth/host.ts";

/**
 * Every answer's security headers, a nonce per page, and a request id that logs and problems repeat
 * (https://nextjs.org/docs/app/guides/content-security-policy).
 */
export function proxy(request: NextRequest): NextResponse {
  if (isMisdirected(request.headers.get("host"), process.env))
    return new NextResponse(MISDIRECTED, { status: 421 });
  const requestId = requestIdOf(request.headers.get("x-request-id"));
  const headers = new Headers(request.headers);
  headers.set("x-request-id", requestId);
  const embedded = embeddedCard(request);
  const isPage = !request.nextUrl.pathname.startsWith("/api/");
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(
    nonce,
    frameSources(process.env),
    process.env.NODE_ENV === "development",
  );
  if (embedded === "moved") {
    const to = request.nextUrl.clone();
    to.pathname = to.pathname.replace(/^\/hub\//, "/embed/");
    to.searchParams.delete("embed");
    return NextResponse.redirect(to, 307);
  }
  if (embedded) {
    headers.delete("cookie");
    const response = NextResponse.next({ request: { headers } });
    response.headers.set("content-security-policy", EMBEDDED_POLICY);
    response.headers.set("x-request-id", requestId);
    response.headers.set("x-content-type-options", "nosniff");
    response.headers.set("referrer-policy", "no-referrer");
    return response;
  }
  if (isPage) {
    headers.set("x-nonce", nonce);
    headers.set("content-security-policy", policy);
  }
  const response = NextResponse.next({ request: { headers } });
  if (isPage) response.headers.set("content-security-policy", policy);
  response.headers.set("x-request-id", requestId);
  for (const [name, value] of Object.entries(securityHeaders(process.env.HUB_URL)))
    response.headers.set(name, value);
  return response;
}

/**
 * `/embed/{org}/{repo}`: the one document that other sites may put into a frame. `/hub/{org}/{repo}?embed`, the address
 * that people are given, has moved there: an answer cannot be a page for us and a card for others at once.
 */
function embeddedCard({ nextUrl, method }: NextRequest): "card" | "moved" | undefined {
  if (method !== "GET" && method !== "HEAD") return undefined;
  const [, where] = /^\/(embed|hub)\/[^/]+\/[^/]+\/?$/.exec(nextUrl.pathname) ?? [];
  if (where === "embed") return "card";
  return where === "hub" && nextUrl.searchParams.has("embed") ? "moved" : undefined;
}

/** Shut off from our origin: no scripts, no forms, no requests, no cookies; its link opens a tab, and the tab is a tab like any. */
const EMBEDDED_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors *",
  "sandbox allow-popups allow-popups-to-escape-sandbox",
].join("; ");

/**
 * Scripts run only with the page's nonce. Styles may be inline: the editor and the dialogs write them at run time, and
 * without scripts of its own injected markup cannot do more with them than look odd.
 */
function contentSecurityPolicy(nonce: string, frames: string, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    `frame-src ${frames}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Windows show apps: addresses below the cloud's domain, and those an administrator names in HUB_FRAME_SOURCES. */
function frameSources(environment: Record<string, string | undefined>): string {
  const domain = environment.CLOUD_DOMAIN || "localhost";
  const port = environment.CLOUD_PORT ? `:${environment.CLOUD_PORT}` : "";
  const extra = (environment.HUB_FRAME_SOURCES ?? "")
    .split(/[\s,]+/)
    .filter((text) => /^https?:\/\/[\w.*:-]+$/.test(text));
  const hosts = [`*.${domain}${port}`, `${domain}${port}`];
  return [...hosts.flatMap((host) => [`https://${host}`, `http://${host}`]), ...extra].join(" ");
}

export const config = {
  matcher: ["/((?!_next/static|_next/image|favicon.ico).*)"],
};
