import type { Sentences } from "./sentences.ts";

/** Of organizations, and of what publishers write and where their images are. */
export const publishingSentences = {
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
} as const satisfies Sentences;
