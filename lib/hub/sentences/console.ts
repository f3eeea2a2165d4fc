import type { Sentences } from "./sentences.ts";

/** Of requests, sign-in, workspaces, installing, and what the cluster answers. */
export const consoleSentences = {
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
  "quota-count-amount": [
    "input-invalid",
    "{amount} is no number. Write a whole one like 3, or nothing.",
    "{amount} 不是数量。请写 3 这样的整数，或留空。",
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
  "quota-count": [
    "quota-exceeded",
    "The workspace may have at most {hard} {plural} ({group}) and has {used}. Delete one, or ask an administrator for a larger quota.",
    "该工作空间最多可有 {hard} 个 {plural}（{group}），已有 {used} 个。请删除一个，或请管理员提高配额。",
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
  "quota-uncounted": [
    "too-many",
    "The cluster is still counting what this workspace has of that kind, as it does for half a minute after the kind is new. Try again then.",
    "该类型刚刚加入集群，集群在约半分钟内仍在统计此工作空间的数量，请稍后重试。",
  ],
  "cluster-busy": ["too-many", "The cluster is busy. Try again in a moment.", "集群繁忙，请稍后重试。"],
  "console-failed": [
    "internal",
    "This is the console's own fault. Try again; if it stays, tell an administrator the request id.",
    "这是控制台自身的故障。请重试；如仍出现，请将请求编号告知管理员。",
  ],
} as const satisfies Sentences;
