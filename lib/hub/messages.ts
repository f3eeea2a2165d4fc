import { type ProblemCode, ProblemError } from "../model/problem.ts";

export type Locale = "en" | "zh";

/** Every sentence the web server words itself: code, and the sentence in both languages. `{name}` are parameters. */
const sentences = {
  "signed-out": ["signed-out", "Sign in and try again.", "请登录后重试。"],
  "session-ended": [
    "signed-out",
    "Your session has ended. Sign in again; nothing was changed.",
    "会话已结束，请重新登录；没有任何更改。",
  ],
  "workspace-unknown": [
    "not-found",
    "There is no workspace {namespace} that you have access to.",
    "没有您可以访问的工作空间 {namespace}。",
  ],
  "workspace-not-ready": [
    "cluster-unreachable",
    "Your workspace is not ready yet. Try again in a moment; if it stays like this, ask an administrator whether the manager runs.",
    "您的工作空间尚未就绪，请稍后再试；如果一直如此，请联系管理员确认 manager 是否在运行。",
  ],
  "cross-site": [
    "forbidden",
    "The request did not come from this console's own pages. Send it with the header X-Requested-With: sealos-hub.",
    "该请求并非来自本控制台页面。请带上请求头 X-Requested-With: sealos-hub。",
  ],
  "administrators-only": ["forbidden", "Only administrators may do this.", "只有管理员可以执行此操作。"],
  "body-too-large": ["too-large", "The request may have at most {limit} bytes.", "请求最多 {limit} 字节。"],
  "body-not-json": ["bad-request", "The request's body is not JSON.", "请求内容不是 JSON。"],
  "fields-invalid": ["bad-request", "These fields are not valid: {fields}.", "以下字段无效：{fields}。"],
  "sign-in-too-often": [
    "too-many",
    "Too many sign-ins from here. Try again in {seconds} seconds.",
    "登录过于频繁，请在 {seconds} 秒后重试。",
  ],
  "too-much-at-once": [
    "too-many",
    "You may have at most {most} at a time. Close some tabs or windows, then try again.",
    "同时最多 {most} 个。请关闭一些标签页或窗口后重试。",
  ],
  "repository-unknown": [
    "image-unknown",
    "There is no image {image} in the Hub. Check its name, or search for it.",
    "镜像中心没有 {image}，请检查名称或搜索。",
  ],
  "tag-unknown": [
    "image-unknown",
    "The image {image} has no tag {tag}. Choose one of its tags.",
    "镜像 {image} 没有标签 {tag}，请选择已有标签。",
  ],
  "content-missing": [
    "image-unknown",
    "The content of {image} is not in the Hub's store. Ask an administrator to publish it again.",
    "{image} 的内容不在镜像中心的存储中，请联系管理员重新发布。",
  ],
  "provider-unknown": [
    "not-found",
    "There is no provider {provider} in the cluster. Install it from the Image Hub first.",
    "集群中没有 {provider}，请先从镜像中心安装。",
  ],
  "kind-unknown": [
    "not-found",
    "The provider {provider} has no kind {plural}.",
    "{provider} 没有类型 {plural}。",
  ],
  "object-mismatch": [
    "bad-request",
    "The object is a {given}, but this address takes a {wanted}.",
    "该对象为 {given}，而此地址接受 {wanted}。",
  ],
  "topic-unknown": ["bad-request", "There is no topic {topic}.", "没有主题 {topic}。"],
  "no-connection": [
    "not-found",
    "Instances of {kind} have no connection card.",
    "{kind} 的实例没有连接信息。",
  ],
  "installation-other": [
    "already-exists",
    "An installation {name} of another image ({image}) exists. Choose another name.",
    "已存在名为 {name} 的安装(镜像 {image}),请更换名称。",
  ],
  "route-unknown": [
    "not-found",
    "There is no {path} here. /api/openapi.json describes what there is.",
    "这里没有 {path}。/api/openapi.json 描述了所有接口。",
  ],
  "icon-missing": ["not-found", "{image} has no icon.", "{image} 没有图标。"],
  "cluster-away": [
    "cluster-unreachable",
    "The cluster does not answer. The page shows what was known last and goes on by itself.",
    "集群没有响应。页面显示最后已知的状态，恢复后会自动继续。",
  ],
  "may-not": [
    "forbidden",
    "Your role in this workspace does not allow it: {message}",
    "您在此工作空间的角色不允许此操作：{message}",
  ],
  "object-unknown": ["not-found", "{message}", "未找到：{message}"],
  "object-exists": [
    "already-exists",
    "{message}. Choose another name.",
    "名称已被占用：{message}。请更换名称。",
  ],
  "object-changed": [
    "conflict",
    "It was changed by somebody else in the meantime. Reload it, then make your change again.",
    "内容已被他人修改，请重新载入后再修改。",
  ],
  "quota-reached": [
    "quota-exceeded",
    "The workspace's quota does not allow it: {message}",
    "工作空间配额不足：{message}",
  ],
  "cluster-refused": [
    "rejected-by-cluster",
    "The cluster refused it: {message}",
    "集群拒绝了该请求：{message}",
  ],
  "cluster-busy": ["too-many", "The cluster is busy. Try again in a moment.", "集群繁忙，请稍后重试。"],
  "console-failed": [
    "internal",
    "This is the console's own fault. Try again; if it stays, tell an administrator the request id.",
    "这是控制台自身的故障。请重试；如仍出现，请将请求编号告知管理员。",
  ],
} as const satisfies Record<string, readonly [ProblemCode, string, string]>;

export type Sentence = keyof typeof sentences;
type Params = Record<string, string | number>;

/** A problem whose sentence the server can say in the reader's language. */
export class SpokenProblem extends ProblemError {
  readonly sentence: Sentence;

  constructor(
    sentence: Sentence,
    params: Params = {},
    extra: { fields?: { field: string; message: string }[]; cause?: unknown } = {},
  ) {
    super(sentences[sentence][0], say(sentence, params, "en"), { params, ...extra });
    this.sentence = sentence;
  }
}

/** The sentence in the given language, with its parameters filled in. */
export function say(sentence: Sentence, params: Params, locale: Locale): string {
  const text: string = sentences[sentence][locale === "zh" ? 2 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** Titles of all problem codes in Chinese; the English ones are in the table of codes. */
export const chineseTitles: Record<ProblemCode, string> = {
  "bad-request": "请求无效",
  "signed-out": "您已退出登录",
  forbidden: "没有权限",
  "not-found": "未找到",
  "already-exists": "已经存在",
  conflict: "内容已发生变化",
  "instances-exist": "仍有实例存在",
  "not-ours": "同名对象属于他人",
  "input-missing": "缺少输入项",
  "input-invalid": "输入项无效",
  "image-invalid": "镜像无效",
  "image-unknown": "没有该镜像",
  "expression-failed": "镜像中的表达式执行失败",
  "manifest-refused": "镜像中的清单被拒绝",
  "kind-missing": "集群不提供镜像所需的类型",
  "quota-exceeded": "工作空间配额不足",
  "rejected-by-cluster": "集群拒绝了某个对象",
  "too-large": "请求过大",
  "too-many": "请求过于频繁",
  "cluster-unreachable": "集群没有响应",
  internal: "控制台出错",
};

/** The reader's language: the cookie `locale` if set, else the better of `Accept-Language`. */
export function localeOf(headers: Headers): Locale {
  const cookie = /(?:^|;\s*)locale=(en|zh)\b/.exec(headers.get("cookie") ?? "")?.[1];
  if (cookie === "en" || cookie === "zh") return cookie;
  const weighted = (headers.get("accept-language") ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const quality = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find(Boolean);
      return {
        language: tag.slice(0, 2).toLowerCase(),
        quality: quality === undefined ? 1 : Number(quality),
      };
    })
    .filter(({ language, quality }) => (language === "en" || language === "zh") && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return weighted[0]?.language === "zh" ? "zh" : "en";
}
