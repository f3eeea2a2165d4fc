import { nginxStatements, readNginx } from "./nginx-lines.ts";
import { notice, type Rule } from "./types.ts";

/** Text that controllers paste into their configuration, or programs they would run. */
const SNIPPET = /snippet|lua-resty|modsecurity|server-config|raw-|(^|\/)backend-config|template$/i;
/** What makes the shared ingress controller call an address, or read a Secret, on an image's behalf. */
const REACHING =
  /\/(auth-url|auth-signin|auth-tls-secret|auth-secret|auth-proxy-set-headers|proxy-ssl-secret|mirror-target|mirror-host|global-rate-limit.*|custom-headers|default-backend|upstream-vhost|router\.(rule|middlewares|tls\..*)|custom-http-errors)$/;

/** Values of these annotations become one word of the shared configuration; nothing in one word ends it. */
const INGRESS_ANNOTATION = /(^|\.)ingress\.kubernetes\.io\//;
const ENDS_THE_WORD = /[\r\n;{}"'`#\\]/;
/** A cookie for the whole domain reaches the console and everybody's apps. */
const COOKIE_DOMAIN = /\/session-cookie-domain$/;

/**
 * Ingress snippets go into the configuration that all tenants share: lines known to be harmless become the
 * annotations made for them, everything else is dropped, and the plan says so.
 */
export const snippets: Rule = (rendered, { context, allowSnippets }) => {
  const { object } = rendered;
  const annotations = object.metadata.annotations;
  if (object.kind !== "Ingress" || !annotations) return {};
  const kept: Record<string, string> = {};
  const mended: Record<string, string> = {};
  const dropped: string[] = [];
  const reaching: string[] = [];
  const injecting: string[] = [];
  let needless = 0;
  for (const [key, value] of Object.entries(annotations)) {
    if (SNIPPET.test(key) && !allowSnippets) {
      for (const statement of nginxStatements(value)) {
        const verdict = key.startsWith("nginx.ingress.kubernetes.io/") ? readNginx(statement) : "dropped";
        if (verdict === "dropped") dropped.push(statement);
        else if (verdict === "needless") needless++;
        else mended[verdict.annotation] = verdict.value;
      }
    } else if (COOKIE_DOMAIN.test(key) || injects(key, value)) {
      injecting.push(key);
    } else if (REACHING.test(key) && !ownSecret(value, context.namespace)) reaching.push(key);
    else kept[key] = value;
  }
  const removed = Object.keys(annotations).length - Object.keys(kept).length;
  if (removed === 0) return {};
  const notices = [];
  if (dropped.length > 0) {
    const lines = dropped.map((line) => (line.length > 60 ? `${line.slice(0, 57)}…` : line)).join(" ");
    const count = dropped.length === 1 ? "a line" : `${dropped.length} lines`;
    const sentence = `asks for ${count} of web server configuration, which all workspaces share; left out: ${lines}`;
    notices.push(notice(rendered, "warning", "snippet-dropped", sentence, { count: dropped.length, lines }));
  }
  if (needless > 0) {
    const sentence = "asks for web server settings that are the same for all workspaces; they are left out";
    notices.push(notice(rendered, "info", "snippet-needless", sentence, {}));
  }
  if (Object.keys(mended).length > 0) {
    const names = Object.keys(mended).join(", ");
    notices.push(
      notice(
        rendered,
        "info",
        "snippet-mended",
        `gets ${names} instead of lines of web server configuration`,
        {
          annotations: names,
        },
      ),
    );
  }
  for (const key of reaching) {
    const sentence = `asks the shared web server to reach elsewhere (${key}); it is left out`;
    notices.push(notice(rendered, "warning", "annotation-dropped", sentence, { annotation: key }));
  }
  for (const key of injecting) {
    const sentence = `has a value for ${key} that would change the shared web server's configuration; it is left out`;
    notices.push(notice(rendered, "warning", "annotation-unsafe", sentence, { annotation: key }));
  }
  const metadata = { ...object.metadata, annotations: { ...mended, ...kept } };
  return { object: { ...object, metadata }, notices };
};

/** Snippets that an administrator allows are configuration themselves. */
function injects(key: string, value: string): boolean {
  return INGRESS_ANNOTATION.test(key) && !SNIPPET.test(key) && ENDS_THE_WORD.test(value);
}

/** `name` or `<own namespace>/name`; anything that looks like an address is neither. */
function ownSecret(value: string, namespace: string): boolean {
  const [first = "", second] = value.split("/");
  const plain = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
  if (value.split("/").length > 2 || !plain.test(first)) return false;
  return second === undefined ? !first.includes(".") : first === namespace && plain.test(second);
}
