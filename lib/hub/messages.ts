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
  "registry-secret": [
    "forbidden",
    "Only a registry that knows the shared secret may announce its pushes. Send it in the header Authorization; an administrator sets it (REGISTRY_EVENTS_SECRET).",
    "只有持有共享密钥的镜像仓库才能通知推送。请在 Authorization 请求头中带上密钥；密钥由管理员设置（REGISTRY_EVENTS_SECRET）。",
  ],
  "tag-moved": [
    "conflict",
    "{image} now stands for another image than the one that was shown ({digest}). Look at it again, then install.",
    "{image} 现在指向的镜像与之前展示的（{digest}）不同。请重新查看后再安装。",
  ],
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
  "login-pending": [
    "bad-request",
    "Nobody has answered yet: the request waits to be confirmed in the console.",
    "尚未确认：请求正在控制台等待确认。",
  ],
  "login-too-fast": [
    "too-many",
    "Asked too often. Wait {seconds} seconds between questions.",
    "询问过于频繁，请每 {seconds} 秒询问一次。",
  ],
  "login-refused": [
    "forbidden",
    "The request was refused in the console. Nobody was signed in.",
    "该请求已在控制台被拒绝，没有人登录。",
  ],
  "login-expired": [
    "bad-request",
    "This code is not known: it was used already, is too old, or was mistyped. Start hub login again.",
    "该代码无效：已被使用、已过期或输入有误。请重新运行 hub login。",
  ],
  "login-browser-only": [
    "forbidden",
    "This is confirmed by a person in a browser, never by a command line.",
    "此操作须由本人在浏览器中确认，不能由命令行完成。",
  ],
  "login-command-line-only": [
    "forbidden",
    "Only a command line that signed in with hub login gets a token of the cluster; browsers never do.",
    "只有通过 hub login 登录的命令行才能获得集群令牌，浏览器不能。",
  ],
  "cluster-not-public": [
    "not-found",
    "This console does not say where its cluster is reached. An administrator sets KUBERNETES_PUBLIC_URL.",
    "该控制台未公布集群地址，请管理员设置 KUBERNETES_PUBLIC_URL。",
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
  "usage-range": [
    "bad-request",
    "Ask for at least one day and at most {most}, the first before the last.",
    "请查询至少一天、至多 {most} 天，起始日期须早于结束日期。",
  ],
  "budget-reached": [
    "budget-reached",
    "The workspace has spent its budget for this month, so nothing new is started. Raise the budget in Usage and cost, or ask an administrator to lift the stop.",
    "工作空间本月预算已用完，无法启动新的内容。请在“用量与费用”中提高预算，或请管理员解除停止。",
  ],
  "budget-amount": [
    "input-invalid",
    '"{amount}" is no amount. Write digits and a point, like 25 or 12.50.',
    "“{amount}” 不是有效金额。请写数字和小数点，例如 25 或 12.50。",
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
  "fields-wrong": [
    "input-invalid",
    "Nothing was changed: some fields need another look.",
    "没有做任何更改：有些内容需要修改。",
  ],
  "text-too-long": ["input-invalid", "At most {most} characters.", "最多 {most} 个字符。"],
  "text-controls": [
    "input-invalid",
    "It holds characters that cannot be seen. Type it by hand.",
    "含有不可见的控制字符，请手动输入。",
  ],
  "list-too-long": ["input-invalid", "At most {most}.", "最多 {most} 项。"],
  "until-before-from": [
    "input-invalid",
    "It has to end after it begins. Choose a later time, or none.",
    "结束时间必须晚于开始时间。请选择更晚的时间，或留空。",
  ],
  "default-unfit": [
    "input-invalid",
    "{image} is no image of a trusted organization that brings {kind}. What does: {fitting}",
    "{image} 不是受信任组织中可提供 {kind} 的镜像。可以选择：{fitting}",
  ],
  "quota-amount": [
    "input-invalid",
    "{amount} is no amount. Write it like 16, 500m or 32Gi.",
    "{amount} 不是数量。请写成 16、500m 或 32Gi 这样的形式。",
  ],
  "list-repeats": ["input-invalid", "The same is there twice.", "有重复的内容。"],
  "link-name": ["input-invalid", "Give the link a name.", "请为链接起个名字。"],
  "link-address": [
    "input-invalid",
    "“{link}” is not a web address. Begin it with https://.",
    "“{link}”不是网址，请以 https:// 开头。",
  ],
  "readme-too-large": [
    "input-invalid",
    "The README has {size} KiB; at most {most} KiB are kept here. Put the rest into the image or link to it.",
    "README 有 {size} KiB，这里最多保存 {most} KiB。其余内容请放进镜像或改为链接。",
  ],
  "readme-line-too-long": [
    "input-invalid",
    "Line {line} has more than {most} characters.",
    "第 {line} 行超过 {most} 个字符。",
  ],
  "readme-table-too-long": [
    "input-invalid",
    "The table at line {line} has more than {most} rows. Link to it instead.",
    "第 {line} 行处的表格超过 {most} 行，请改为链接。",
  ],
  "icon-type": ["input-invalid", "Choose a picture: SVG, PNG or WebP.", "请选择图片文件：SVG、PNG 或 WebP。"],
  "icon-too-large": [
    "input-invalid",
    "The icon has {size} KiB; at most {most} KiB.",
    "图标有 {size} KiB，最多 {most} KiB。",
  ],
  "icon-other-type": [
    "input-invalid",
    "The file says {claimed} but is {found}. Save it again as what it is.",
    "文件声称是 {claimed}，实际是 {found}，请按真实类型重新保存。",
  ],
  "icon-refused": [
    "input-invalid",
    "The icon is refused: {message}. Choose a plain drawing.",
    "图标被拒绝：{message}。请换一个纯图形文件。",
  ],
  "tag-not-there": ["input-invalid", "There is no tag {tag} (any more).", "没有标签 {tag}，或已被移除。"],
  "organization-unknown": [
    "not-found",
    "There is no organization {org} that you belong to.",
    "没有您所属的组织 {org}。",
  ],
  "organization-viewers-only": [
    "forbidden",
    "Only members of {org} may do this.",
    "只有 {org} 的成员可以执行此操作。",
  ],
  "organization-publishers-only": [
    "forbidden",
    "Only publishers and owners of {org} may do this. Ask one of its owners.",
    "只有 {org} 的发布者和所有者可以执行此操作，请联系组织所有者。",
  ],
  "organization-owners-only": [
    "forbidden",
    "Only owners of {org} may do this. Ask one of them.",
    "只有 {org} 的所有者可以执行此操作，请联系其中一位。",
  ],
  "organization-name": [
    "input-invalid",
    "Use lower-case letters, digits and single hyphens, at most {most}.",
    "只能使用小写字母、数字和单个连字符，最多 {most} 个字符。",
  ],
  "organization-reserved": [
    "input-invalid",
    "{org} is kept for the Hub itself. Choose another name.",
    "{org} 为系统保留名称，请换一个。",
  ],
  "organization-taken": [
    "input-invalid",
    "{org} is taken. Choose another name.",
    "{org} 已被使用，请换一个名称。",
  ],
  "organizations-too-many": [
    "too-many",
    "You own {most} organizations, which is the most. Leave or delete one, or ask an administrator.",
    "您已拥有 {most} 个组织，达到上限。请退出或删除一个，或联系管理员。",
  ],
  "organization-not-empty": [
    "conflict",
    "{org} still publishes {count} images. Unpublish them first.",
    "{org} 仍发布着 {count} 个镜像，请先取消发布。",
  ],
  "person-unknown": [
    "input-invalid",
    "Nobody with the id {user} has signed in here yet. Check the id, or send a link.",
    "还没有 ID 为 {user} 的用户登录过。请检查 ID，或改用邀请链接。",
  ],
  "member-unknown": ["input-invalid", "{user} is not a member of {org}.", "{user} 不是 {org} 的成员。"],
  "member-already": [
    "already-exists",
    "You already belong to {org}; the link was not used up.",
    "您已经是 {org} 的成员；该链接未被使用。",
  ],
  "members-too-many": ["input-invalid", "At most {most} members.", "最多 {most} 名成员。"],
  "last-owner": [
    "conflict",
    "{org} would have no owner. Make somebody else an owner first.",
    "{org} 将没有所有者，请先指定另一位所有者。",
  ],
  "invitations-too-many": [
    "too-many",
    "{org} has {most} open invitations, which is the most. Withdraw one first.",
    "{org} 已有 {most} 个未使用的邀请，达到上限，请先撤回一个。",
  ],
  "key-unreadable": [
    "input-invalid",
    "This is no public key for images. Paste what cosign.pub holds (BEGIN PUBLIC KEY): ECDSA on P-256, Ed25519, or RSA of 2048 bits and more.",
    "这不是可用于镜像的公钥。请粘贴 cosign.pub 的内容（BEGIN PUBLIC KEY）：P-256 上的 ECDSA、Ed25519，或不少于 2048 位的 RSA。",
  ],
  "signature-needs-key": [
    "conflict",
    "{org} has no public key yet, so nothing of it could be installed. Add one first.",
    "{org} 还没有公钥，要求签名后其镜像都无法安装。请先添加公钥。",
  ],
  "signature-last-key": [
    "conflict",
    "Without its last key nothing of {org} could be installed. Stop requiring signatures first, or add another key.",
    "移除最后一个公钥后，{org} 的镜像都无法安装。请先取消签名要求，或添加其他公钥。",
  ],
  "invitation-invalid": [
    "not-found",
    "This invitation does not open anything: it was used, withdrawn, or is more than a week old. Ask for a new one.",
    "此邀请已失效：可能已被使用、撤回或超过一周。请索取新的邀请。",
  ],
  "repository-name": [
    "input-invalid",
    "Use lower-case letters, digits and single hyphens, at most {most}.",
    "只能使用小写字母、数字和单个连字符，最多 {most} 个字符。",
  ],
  "repository-taken": [
    "input-invalid",
    "{image} is published already. Choose another name, or edit that one.",
    "{image} 已发布。请换一个名称，或编辑已有的镜像。",
  ],
  "repositories-too-many": [
    "too-many",
    "{org} publishes {most} images, which is the most. Unpublish one, or ask an administrator.",
    "{org} 已发布 {most} 个镜像，达到上限。请取消发布一个，或联系管理员。",
  ],
  "repository-installed": [
    "conflict",
    "{image} is installed {count} times. Mark its tags as deprecated or make it private instead; those apps still need it.",
    "{image} 已被安装 {count} 次，这些应用仍需要它。请改为弃用其标签或设为私有。",
  ],
  "source-invalid": [
    "input-invalid",
    "“{source}” is not where images are. Write host/name, for example registry.example.com/acme/shop.",
    "“{source}”不是镜像地址。请按 主机/名称 填写，例如 registry.example.com/acme/shop。",
  ],
  "source-with-tag": [
    "input-invalid",
    "Leave out the tag: every tag of {source} is published.",
    "请不要带标签：{source} 的所有标签都会发布。",
  ],
  "registry-host": [
    "input-invalid",
    "Write the registry's host, and its port where it has one: ghcr.io, registry.example.com:5000.",
    "请填写镜像仓库的主机名，必要时加端口，例如 ghcr.io、registry.example.com:5000。",
  ],
  "registry-refused": [
    "input-invalid",
    "{registry} does not accept this user and password. Nothing was changed.",
    "{registry} 不接受该用户名和密码。没有做任何更改。",
  ],
  "registry-forbidden": [
    "input-invalid",
    "The Hub does not connect to {registry}: only public addresses with TLS are, by the rule REGISTRY_ALLOW. An administrator can allow this host.",
    "镜像中心不会连接 {registry}：按规则 REGISTRY_ALLOW，只连接启用 TLS 的公网地址。管理员可以放行该主机。",
  ],
  "registry-none": [
    "input-invalid",
    "{registry} answers, but is no image registry. Check the host.",
    "{registry} 有响应，但不是镜像仓库，请检查主机名。",
  ],
  "registries-too-many": [
    "input-invalid",
    "At most {most} registries. Remove one first.",
    "最多 {most} 个镜像仓库，请先删除一个。",
  ],
  "words-conflict": [
    "conflict",
    "Somebody else changed the same fields of {image} meanwhile. Nothing was changed, and nothing of yours is lost.",
    "他人同时修改了 {image} 的相同内容。没有做任何更改，您写的内容也不会丢失。",
  ],
  "field-changed": ["conflict", "Changed by somebody else as well.", "他人也修改了此项。"],
  "revision-unknown": [
    "not-found",
    "There is no revision {revision} (any more).",
    "没有版本 {revision}，或已被清理。",
  ],
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

export interface SaidField {
  field: string;
  sentence: Sentence;
  params: Params;
}

/** A problem whose sentence the server can say in the reader's language. */
export class SpokenProblem extends ProblemError {
  readonly sentence: Sentence;
  /** What is wrong with single fields, to be said in the reader's language. */
  readonly said: readonly SaidField[];

  constructor(
    sentence: Sentence,
    params: Params = {},
    extra: { fields?: { field: string; message: string }[]; said?: SaidField[]; cause?: unknown } = {},
  ) {
    const { said = [], ...rest } = extra;
    super(sentences[sentence][0], say(sentence, params, "en"), { params, ...rest });
    this.sentence = sentence;
    this.said = said;
  }
}

/** The sentence in the given language, with its parameters filled in; `text-zh` is the Chinese of the parameter `text`. */
export function say(sentence: Sentence, params: Params, locale: Locale): string {
  const text: string = sentences[sentence][locale === "zh" ? 2 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(params[`${name}-${locale}`] ?? params[name] ?? whole),
  );
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
  "image-unsigned": "镜像没有所要求的签名",
  "image-unknown": "没有该镜像",
  "expression-failed": "镜像中的表达式执行失败",
  "manifest-refused": "镜像中的清单被拒绝",
  "kind-missing": "集群不提供镜像所需的类型",
  "not-granted": "需要集群管理员先行许可",
  "budget-reached": "工作空间预算已用完",
  "quota-exceeded": "工作空间配额不足",
  "immutable-field": "字段创建后不能修改",
  "rejected-by-cluster": "集群拒绝了某个对象",
  "tool-missing": "控制台缺少所需的程序",
  "command-failed": "镜像的命令没有运行",
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
