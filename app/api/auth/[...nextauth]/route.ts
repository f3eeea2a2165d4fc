import { server } from "@/lib/auth/handle.ts";
import { problemResponse } from "@/lib/auth/route.ts";
import { localeOf } from "@/lib/hub/locale.ts";

/** next-auth 4, which brings its own protection against forged requests (a token in cookie and form). */
async function handle(
  request: Request,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const current = server();
  const requestId = request.headers.get("x-request-id") ?? crypto.randomUUID();
  try {
    return await current.authenticate(request, (await context.params).nextauth);
  } catch (error) {
    current.hub.log.warn({ requestId, err: error }, "sign-in refused");
    const instance = new URL(request.url).pathname;
    return problemResponse(current, error, { locale: localeOf(request.headers), requestId, instance });
  }
}

export { handle as GET, handle as POST };
