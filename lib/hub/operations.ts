/** What the API's routes do, in one place: they reach it through the process-wide handle (lib/auth/handle.ts). */
export { runAction } from "./action-runs.ts";
export { connectionView } from "./connection.ts";
export { icon } from "./icon.ts";
export { resolveImage } from "./image-of.ts";
export { change, install, objectsOf, uninstall } from "./installations.ts";
export { launch } from "./launch.ts";
export { streamLogs } from "./logs.ts";
export { deleteInstance, patchDesktop, writeInstance } from "./objects.ts";
export { plan } from "./plan.ts";
export { toProblem } from "./problems.ts";
export { providerView } from "./provider-view.ts";
export { readmeOf } from "./readme-of.ts";
export { repositoryDetail } from "./repository-page.ts";
export { sessionView } from "./session-view.ts";
export { streamHeaders } from "./streams/channel.ts";
export { openStream } from "./streams/open.ts";
export { parseTopic } from "./streams/topic.ts";
