import { actions, apply, remove } from "./commands/apply.ts";
import { binEmpty, binList, binRestore } from "./commands/bin.ts";
import { budget } from "./commands/budget.ts";
import { build, importHelm, importTemplate, init, lint } from "./commands/build.ts";
import { bundle } from "./commands/bundle.ts";
import { completion } from "./commands/completion.ts";
import { copy } from "./commands/copy.ts";
import { timeline, troubleshoot } from "./commands/explain.ts";
import { inspect } from "./commands/inspect.ts";
import { load } from "./commands/load.ts";
import { credential, login, logout } from "./commands/login.ts";
import { get, logs, open, rollback, search, uninstall, upgrade } from "./commands/manage.ts";
import { orgKeysAdd, orgKeysList, orgKeysRemove, orgRequireSignature } from "./commands/org-keys.ts";
import {
  orgAdd,
  orgCreate,
  orgCredentials,
  orgDelete,
  orgInvite,
  orgLeave,
  orgList,
  orgMembers,
  orgRemove,
  publish,
  unpublish,
} from "./commands/publish.ts";
import { pull } from "./commands/pull.ts";
import { push } from "./commands/push.ts";
import { quota } from "./commands/quota.ts";
import { registryLogin, registryLogout } from "./commands/registry.ts";
import { run } from "./commands/run.ts";
import { show } from "./commands/show.ts";
import { sign, verify } from "./commands/sign.ts";
import { statement } from "./commands/statement.ts";
import { schedule, start, stop } from "./commands/stop.ts";
import { usage } from "./commands/usage.ts";
import { version } from "./commands/version.ts";
import type { AnyCommand } from "./lib/definition.ts";

/** Every command of `hub`, in the order in which help and docs/cli.md show them. */
export const commands: readonly AnyCommand[] = [
  init,
  importTemplate,
  importHelm,
  lint,
  build,
  push,
  pull,
  copy,
  inspect,
  sign,
  verify,
  bundle,
  load,
  registryLogin,
  registryLogout,
  publish,
  unpublish,
  orgList,
  orgCreate,
  orgDelete,
  orgMembers,
  orgAdd,
  orgInvite,
  orgRemove,
  orgLeave,
  orgCredentials,
  orgKeysList,
  orgKeysAdd,
  orgKeysRemove,
  orgRequireSignature,
  search,
  login,
  logout,
  run,
  get,
  show,
  apply,
  remove,
  actions,
  upgrade,
  rollback,
  stop,
  start,
  schedule,
  uninstall,
  binList,
  binRestore,
  binEmpty,
  quota,
  usage,
  statement,
  budget,
  logs,
  timeline,
  troubleshoot,
  open,
  credential,
  completion,
  version,
];
