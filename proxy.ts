import { type NextRequest, NextResponse } from "next/server";
import { isOwnHost } from "@/lib/auth/host.ts";

/**
 * Every answer's security headers, a nonce per page, and a request id that logs and problems repeat
 * (https://nextjs.org/docs/app/guides/content-security-policy).
 */
export function proxy(request: NextRequest): NextResponse {
  if (process.env.HUB_DEMO === "1" && !isOwnHost(request.headers.get("host"), process.env.HUB_URL))
    return new NextResponse("Open the console at localhost, or name its address in HUB_URL.\n", {
      status: 421,
    });
  const given = request.headers.get("x-request-id") ?? "";
  const requestId = /^[\w.-]{8,64}$/.test(given) ? given : crypto.randomUUID();
  const headers = new Headers(request.headers);
  headers.set("x-request-id", requestId);
  const isPage = !request.nextUrl.pathname.startsWith("/api/");
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(
    nonce,
    frameSources(process.env),
    process.env.NODE_ENV === "development",
  );
  if (isPage) {
    headers.set("x-nonce", nonce);
    headers.set("content-security-policy", policy);
  }
  const response = NextResponse.next({ request: { headers } });
  if (isPage) response.headers.set("content-security-policy", policy);
  response.headers.set("x-request-id", requestId);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "same-origin");
  response.headers.set("x-frame-options", "DENY");
  response.headers.set("cross-origin-opener-policy", "same-origin");
  response.headers.set(
    "permissions-policy",
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  );
  if (process.env.HUB_URL?.startsWith("https:"))
    response.headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
  return response;
}

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
