/** What the API's routes do, in one place: they reach it through the process-wide handle (lib/auth/handle.ts). */

export { statementCsv, usageCsv } from "../metering/csv.ts";
export { actionsOn, cancelRun, estimateAction, runAction } from "./action-runs.ts";
export { administrationView } from "./administration.ts";
export {
  changeAnnouncement,
  deleteAnnouncement,
  listAnnouncements,
  makeAnnouncement,
} from "./announcements.ts";
export { badge } from "./badge.ts";
export { bin, clearBin, takeFromBin } from "./bin.ts";
export { setBudget, setWorkspaceLimit } from "./budgets.ts";
export { clusterToken } from "./cluster-token.ts";
export { connectionView } from "./connection.ts";
export { containerImagesOf } from "./container-images.ts";
export { defaultsView, setDefaultProvider } from "./defaults.ts";
export { editView, history, restore, saveWords } from "./editing.ts";
export { embedCard } from "./embed.ts";
export { estimateInstance } from "./estimates.ts";
export { grantView } from "./grant-view.ts";
export { icon } from "./icon.ts";
export { resolveImage } from "./image-of.ts";
export { checkNow, indexingView } from "./indexing.ts";
export { change, install, objectsOf, uninstall } from "./installations.ts";
export { accept, invite, withdrawInvitation } from "./invitations.ts";
export { kindsView } from "./kinds.ts";
export { launch } from "./launch.ts";
export { streamLogs } from "./logs.ts";
export { deleteInstance, patchDesktop, writeInstance } from "./objects.ts";
export {
  credentialHosts,
  forgetCredential,
  setCredential,
  setCredentials,
} from "./organization-credentials.ts";
export {
  changeOrganization,
  createOrganization,
  listOrganizations,
  organizationView,
  removeMember,
  removeOrganization,
  setMember,
  setTrust,
} from "./organizations.ts";
export { plan } from "./plan.ts";
export { toProblem } from "./problems.ts";
export { providerView } from "./provider-view.ts";
export { publish, setVisibility, unpublish } from "./publishing.ts";
export { readmeOf } from "./readme-of.ts";
export { renderReadmeApart } from "./readme-thread.ts";
export { announce } from "./registry-events.ts";
export { repositoryDetail } from "./repository-page.ts";
export { planRollback, revisions, rollBack } from "./rollback.ts";
export { sessionView } from "./session-view.ts";
export { addPublicKey, removePublicKey, requireSignature } from "./signing.ts";
export { checkSource } from "./source-check.ts";
export { openStream } from "./streams/open.ts";
export { parseTopic } from "./streams/topic.ts";
export { timeline } from "./timeline.ts";
export { troubleshooting } from "./troubleshooting.ts";
export { monthlyStatement, usageOf } from "./usage.ts";
export { setWorkspaceQuota } from "./workspace-quota.ts";
