import * as badge from "@/app/badge/[org]/[file]/route.ts";
import * as embed from "@/app/embed/[org]/[repo]/route.ts";
import type { Route } from "@/lib/auth/route.ts";
import { streamRoutes } from "@/lib/web/routes/index.ts";
import * as announcement from "../administration/announcements/[name]/route.ts";
import * as announcements from "../administration/announcements/route.ts";
import * as defaultProvider from "../administration/defaults/providers/[kind]/route.ts";
import * as defaults from "../administration/defaults/route.ts";
import * as administration from "../administration/route.ts";
import * as workspaceLimit from "../administration/workspaces/[uid]/limit/route.ts";
import * as workspaceQuota from "../administration/workspaces/[uid]/quota/route.ts";
import * as authOptions from "../auth-options/route.ts";
import * as cliAuthorize from "../cli/authorize/route.ts";
import * as cliCluster from "../cli/cluster/route.ts";
import * as cliDevice from "../cli/device/route.ts";
import * as cliRequest from "../cli/requests/[code]/route.ts";
import * as cliToken from "../cli/token/route.ts";
import * as invitations from "../hub/invitations/route.ts";
import * as kinds from "../hub/kinds/route.ts";
import * as registryCredential from "../hub/organizations/[org]/credentials/[registry]/route.ts";
import * as credentials from "../hub/organizations/[org]/credentials/route.ts";
import * as invitation from "../hub/organizations/[org]/invitations/[id]/route.ts";
import * as organizationInvitations from "../hub/organizations/[org]/invitations/route.ts";
import * as key from "../hub/organizations/[org]/keys/[fingerprint]/route.ts";
import * as keys from "../hub/organizations/[org]/keys/route.ts";
import * as member from "../hub/organizations/[org]/members/[user]/route.ts";
import * as organization from "../hub/organizations/[org]/route.ts";
import * as signatures from "../hub/organizations/[org]/signatures/route.ts";
import * as trust from "../hub/organizations/[org]/trust/route.ts";
import * as organizations from "../hub/organizations/route.ts";
import * as preview from "../hub/preview/route.ts";
import * as containers from "../hub/repositories/[org]/[repo]/containers/route.ts";
import * as edit from "../hub/repositories/[org]/[repo]/edit/route.ts";
import * as grant from "../hub/repositories/[org]/[repo]/grant/route.ts";
import * as revision from "../hub/repositories/[org]/[repo]/history/[revision]/route.ts";
import * as history from "../hub/repositories/[org]/[repo]/history/route.ts";
import * as icon from "../hub/repositories/[org]/[repo]/icon/route.ts";
import * as indexing from "../hub/repositories/[org]/[repo]/indexing/route.ts";
import * as readme from "../hub/repositories/[org]/[repo]/readme/route.ts";
import * as repository from "../hub/repositories/[org]/[repo]/route.ts";
import * as repositories from "../hub/repositories/route.ts";
import * as sources from "../hub/sources/route.ts";
import * as actionRun from "../namespaces/[ns]/actionruns/[run]/route.ts";
import * as actionRuns from "../namespaces/[ns]/actionruns/route.ts";
import * as launch from "../namespaces/[ns]/apps/[app]/launch/route.ts";
import * as restored from "../namespaces/[ns]/bin/[name]/restore/route.ts";
import * as binItem from "../namespaces/[ns]/bin/[name]/route.ts";
import * as bin from "../namespaces/[ns]/bin/route.ts";
import * as budget from "../namespaces/[ns]/budget/route.ts";
import * as credential from "../namespaces/[ns]/credential/route.ts";
import * as desktop from "../namespaces/[ns]/desktop/route.ts";
import * as objects from "../namespaces/[ns]/installations/[name]/objects/route.ts";
import * as installedRevision from "../namespaces/[ns]/installations/[name]/revisions/[revision]/route.ts";
import * as installedRevisions from "../namespaces/[ns]/installations/[name]/revisions/route.ts";
import * as installation from "../namespaces/[ns]/installations/[name]/route.ts";
import * as troubleshooting from "../namespaces/[ns]/installations/[name]/troubleshooting/route.ts";
import * as installations from "../namespaces/[ns]/installations/route.ts";
import * as plan from "../namespaces/[ns]/plan/route.ts";
import * as instanceActions from "../namespaces/[ns]/providers/[provider]/[plural]/[name]/actions/route.ts";
import * as connection from "../namespaces/[ns]/providers/[provider]/[plural]/[name]/connection/route.ts";
import * as instance from "../namespaces/[ns]/providers/[provider]/[plural]/[name]/route.ts";
import * as instances from "../namespaces/[ns]/providers/[provider]/[plural]/route.ts";
import * as statementExport from "../namespaces/[ns]/statement/export/route.ts";
import * as statement from "../namespaces/[ns]/statement/route.ts";
import * as timeline from "../namespaces/[ns]/timeline/route.ts";
import * as usageExport from "../namespaces/[ns]/usage/export/route.ts";
import * as usage from "../namespaces/[ns]/usage/route.ts";
import * as provider from "../providers/[provider]/route.ts";
import * as registryEvents from "../registry/events/route.ts";
import * as session from "../session/route.ts";
import * as sessions from "../sessions/route.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export interface Operation {
  path: string;
  method: (typeof methods)[number];
  route: Route;
}

/** Every operation of the API: what the description is made from, and what the tests walk through. */
export const operations: Operation[] = Object.entries<Partial<Record<(typeof methods)[number], Route>>>({
  ...streamRoutes,
  "/api/session": session,
  "/api/sessions": sessions,
  "/api/auth-options": authOptions,
  "/api/cli/device": cliDevice,
  "/api/cli/token": cliToken,
  "/api/cli/authorize": cliAuthorize,
  "/api/cli/requests/{code}": cliRequest,
  "/api/cli/cluster": cliCluster,
  "/api/hub/kinds": kinds,
  "/api/registry/events": registryEvents,
  "/api/hub/repositories": repositories,
  "/api/hub/repositories/{org}/{repo}": repository,
  "/api/hub/repositories/{org}/{repo}/grant": grant,
  "/api/hub/repositories/{org}/{repo}/containers": containers,
  "/api/hub/repositories/{org}/{repo}/indexing": indexing,
  "/api/hub/repositories/{org}/{repo}/readme": readme,
  "/api/hub/repositories/{org}/{repo}/icon": icon,
  "/api/hub/repositories/{org}/{repo}/edit": edit,
  "/api/hub/repositories/{org}/{repo}/history": history,
  "/api/hub/repositories/{org}/{repo}/history/{revision}": revision,
  "/api/hub/organizations": organizations,
  "/api/hub/organizations/{org}": organization,
  "/api/hub/organizations/{org}/members/{user}": member,
  "/api/hub/organizations/{org}/invitations": organizationInvitations,
  "/api/hub/organizations/{org}/invitations/{id}": invitation,
  "/api/hub/organizations/{org}/credentials": credentials,
  "/api/hub/organizations/{org}/credentials/{registry}": registryCredential,
  "/api/hub/organizations/{org}/keys": keys,
  "/api/hub/organizations/{org}/keys/{fingerprint}": key,
  "/api/hub/organizations/{org}/signatures": signatures,
  "/api/hub/organizations/{org}/trust": trust,
  "/api/hub/invitations": invitations,
  "/api/hub/preview": preview,
  "/api/hub/sources": sources,
  "/badge/{org}/{file}": badge,
  "/embed/{org}/{repo}": embed,
  "/api/administration": administration,
  "/api/administration/announcements": announcements,
  "/api/administration/announcements/{name}": announcement,
  "/api/administration/defaults": defaults,
  "/api/administration/defaults/providers/{kind}": defaultProvider,
  "/api/administration/workspaces/{uid}/quota": workspaceQuota,
  "/api/namespaces/{ns}/plan": plan,
  "/api/administration/workspaces/{uid}/limit": workspaceLimit,
  "/api/namespaces/{ns}/budget": budget,
  "/api/namespaces/{ns}/statement": statement,
  "/api/namespaces/{ns}/statement/export": statementExport,
  "/api/namespaces/{ns}/usage": usage,
  "/api/namespaces/{ns}/usage/export": usageExport,
  "/api/namespaces/{ns}/installations": installations,
  "/api/namespaces/{ns}/installations/{name}": installation,
  "/api/namespaces/{ns}/installations/{name}/objects": objects,
  "/api/namespaces/{ns}/installations/{name}/revisions": installedRevisions,
  "/api/namespaces/{ns}/installations/{name}/revisions/{revision}": installedRevision,
  "/api/namespaces/{ns}/installations/{name}/troubleshooting": troubleshooting,
  "/api/namespaces/{ns}/actionruns": actionRuns,
  "/api/namespaces/{ns}/bin": bin,
  "/api/namespaces/{ns}/bin/{name}": binItem,
  "/api/namespaces/{ns}/bin/{name}/restore": restored,
  "/api/namespaces/{ns}/actionruns/{run}": actionRun,
  "/api/namespaces/{ns}/credential": credential,
  "/api/namespaces/{ns}/desktop": desktop,
  "/api/namespaces/{ns}/apps/{app}/launch": launch,
  "/api/namespaces/{ns}/timeline": timeline,
  "/api/namespaces/{ns}/providers/{provider}/{plural}": instances,
  "/api/namespaces/{ns}/providers/{provider}/{plural}/{name}": instance,
  "/api/namespaces/{ns}/providers/{provider}/{plural}/{name}/actions": instanceActions,
  "/api/namespaces/{ns}/providers/{provider}/{plural}/{name}/connection": connection,
  "/api/providers/{provider}": provider,
}).flatMap(([path, module]) =>
  methods.flatMap((method) => {
    const route = module[method];
    return route ? [{ path, method, route }] : [];
  }),
);
