/** What went wrong, as programs ask for it. */
export type OciErrorCode =
  | "invalid-reference"
  /** The registry wants credentials, or not these. */
  | "unauthorized"
  /** The credentials are good and do not allow this. */
  | "denied"
  | "not-found"
  | "too-large"
  | "digest-mismatch"
  | "size-mismatch"
  /** An index or manifest list, where one image was asked for. */
  | "manifest-list"
  /** Not the JSON that the specification asks for. */
  | "invalid-manifest"
  /** Well formed, and nothing that we read or the registry does. */
  | "unsupported"
  | "not-a-registry"
  | "rate-limited"
  /** No answer, a broken connection, or an error of the server's own. */
  | "unreachable"
  | "timeout"
  /** An address that whoever gave us `fetch` does not let us connect to. */
  | "forbidden-address"
  | "credential-helper";

/** A failure of a registry, a layout or a reference; the message says what, to what, why, and the way out. */
export class OciError extends Error {
  override name = "OciError";
  readonly code: OciErrorCode;
  /** HTTP status; 0 when there was no answer. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;

  constructor(
    code: OciErrorCode,
    message: string,
    options: { status?: number; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    const silent = code === "unreachable" || code === "timeout" ? 0 : undefined;
    const status = options.status ?? (code === "not-found" ? 404 : silent);
    if (status !== undefined) this.status = status;
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** For those who read Chinese: what it comes to, and the English sentence, which has the details. */
  get zh(): string {
    return `${chinese[this.code]}（${this.message}）`;
  }
}

const chinese: Record<OciErrorCode, string> = {
  "invalid-reference": "镜像名称有误，请写成 主机/名称:标签",
  unauthorized: "需要登录，请运行 hub registry login",
  denied: "没有权限，请联系镜像仓库管理员",
  "not-found": "镜像不存在，请检查名称和标签",
  "too-large": "内容超出大小限制",
  "digest-mismatch": "内容与摘要不符，未被使用，请重新推送",
  "size-mismatch": "内容与声明的大小不符，未被使用，请重新推送",
  "manifest-list": "这是多平台镜像列表，而集群镜像只能是单个镜像",
  "invalid-manifest": "manifest 无法识别，请重新构建并推送",
  unsupported: "不支持的格式或操作",
  "not-a-registry": "该地址不是 OCI 镜像仓库，请检查地址",
  "rate-limited": "请求过于频繁，请稍后再试",
  unreachable: "无法连接镜像仓库，请检查地址和网络",
  timeout: "镜像仓库没有响应，请稍后再试",
  "forbidden-address": "不允许连接该地址",
  "credential-helper": "无法读取凭据，请检查 docker 配置",
};

/** With codes: whether it has one of them. */
export function isOciError(error: unknown, ...codes: OciErrorCode[]): error is OciError {
  return error instanceof OciError && (codes.length === 0 || codes.includes(error.code));
}

/** The failure that hides among the causes of what `fetch` threw. */
export function ociCause(error: unknown): OciError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof OciError) return each;
  return undefined;
}
