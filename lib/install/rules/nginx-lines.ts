/** What becomes of one directive of an ingress snippet. */
export type NginxVerdict =
  | { annotation: string; value: string }
  /** What the ingress controller does anyway, or does for all hosts alike. */
  | "needless"
  | "dropped";

const SIZE = /^\d+[kKmMgG]?$/;
const SECONDS = /^(\d+)(s?)$/;
const NGINX = "nginx.ingress.kubernetes.io";

/** The statements of a snippet: directives, and blocks with their braces as one statement. */
export function nginxStatements(snippet: string): string[] {
  const statements: string[] = [];
  let current = "";
  let depth = 0;
  let quote = "";
  for (const character of snippet.replace(/^[^\S\n]*#.*$/gm, "")) {
    current += character;
    if (quote) {
      if (character === quote) quote = "";
      continue;
    }
    if (character === '"' || character === "'") quote = character;
    else if (character === "{") depth++;
    else if (character === "}") depth = Math.max(0, depth - 1);
    if (depth === 0 && (character === ";" || character === "}")) {
      statements.push(current);
      current = "";
    }
  }
  statements.push(current);
  return statements.map((each) => each.replace(/\s+/g, " ").trim()).filter((each) => each && each !== ";");
}

/** Reads one statement. Only whole, plain directives with plain values become annotations. */
export function readNginx(statement: string): NginxVerdict {
  const match = /^([a-z_]+) ([^;{}]*);$/.exec(statement);
  if (!match) return "dropped";
  const [, name = "", value = ""] = match;
  const asSize = (annotation: string): NginxVerdict =>
    SIZE.test(value) ? { annotation: `${NGINX}/${annotation}`, value } : "dropped";
  const asSeconds = (annotation: string): NginxVerdict => {
    const [, seconds] = SECONDS.exec(value) ?? [];
    return seconds ? { annotation: `${NGINX}/${annotation}`, value: seconds } : "dropped";
  };
  const asSwitch = (annotation: string): NginxVerdict =>
    value === "on" || value === "off" ? { annotation: `${NGINX}/${annotation}`, value } : "dropped";
  switch (name) {
    case "client_max_body_size":
      return asSize("proxy-body-size");
    case "client_body_buffer_size":
      return asSize("client-body-buffer-size");
    case "proxy_buffer_size":
      return asSize("proxy-buffer-size");
    case "proxy_busy_buffers_size":
      return asSize("proxy-busy-buffers-size");
    case "proxy_read_timeout":
      return asSeconds("proxy-read-timeout");
    case "proxy_send_timeout":
      return asSeconds("proxy-send-timeout");
    case "proxy_connect_timeout":
      return asSeconds("proxy-connect-timeout");
    case "proxy_buffering":
      return asSwitch("proxy-buffering");
    case "proxy_request_buffering":
      return asSwitch("proxy-request-buffering");
    case "proxy_http_version":
      return value === "1.0" || value === "1.1"
        ? { annotation: `${NGINX}/proxy-http-version`, value }
        : "dropped";
    case "proxy_buffers": {
      const [, count] = /^(\d+) \d+[kKmM]?$/.exec(value) ?? [];
      return count ? { annotation: `${NGINX}/proxy-buffers-number`, value: count } : "dropped";
    }
    case "client_header_buffer_size":
    case "large_client_header_buffers":
      return /^(\d+ )?\d+[kKmM]?$/.test(value) ? "needless" : "dropped";
    case "proxy_set_header": {
      const harmless = [
        /^Upgrade \$http_upgrade$/i,
        /^Connection (["']?upgrade["']?|\$connection_upgrade)$/i,
        /^Host \$(host|http_host|best_http_host)$/i,
        /^X-Real-IP \$remote_addr$/i,
        /^X-Forwarded-For \$(proxy_add_x_forwarded_for|remote_addr)$/i,
        /^X-Forwarded-Proto \$(scheme|pass_access_scheme)$/i,
      ];
      return harmless.some((pattern) => pattern.test(value)) ? "needless" : "dropped";
    }
    default:
      return "dropped";
  }
}
