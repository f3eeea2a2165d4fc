// Compares the rights that deploy/ gives to web and manager with those that the test suites used on real API servers:
//   node tools/rights/main.ts [--all] [FOLDER]      default folder: test-results/audit
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail, root } from "../../scripts/runtime.mjs";
import { readAudit } from "./audit.ts";
import { Ledger } from "./compare.ts";
import { exceptions, excepts } from "./exceptions.ts";
import { provedRights } from "./proved.ts";
import { deployedRights, peoplesRights, type Right } from "./rights.ts";

const args = process.argv.slice(2);
const folder = args.find((each) => !each.startsWith("--")) ?? join(root, "test-results/audit");
const again = "Run the Kubernetes suites first: npm test -- integration:kubernetes,e2e:kubernetes.";
if (!existsSync(folder)) fail(`There are no audit logs in ${folder}. ${again}`);
const ledger = new Ledger([...deployedRights(), ...peoplesRights()]);
let requests = 0;
const suites = new Set<string>();
for await (const use of readAudit(folder)) {
  requests++;
  suites.add(use.suite);
  ledger.count(use);
}
for (const use of await provedRights(folder)) ledger.count(use);
if (requests === 0) fail(`There are no requests of service accounts in ${folder}. ${again}`);

const { rights, refused } = ledger.result();
// What every grant gives in the same words is one right, used where one provider had use for it.
const used = new Set(rights.filter(({ uses }) => uses > 0).map(({ right }) => kindOf(right)));
const without = rights.filter(({ right, uses }) => uses === 0 && !used.has(kindOf(right)));
const unused = without.filter(({ right }) => !exceptions.some((each) => excepts(each, right)));
// An exception that covers nothing, or what is used by now, has to go.
const stale = exceptions.filter(
  (each) =>
    !rights.some(({ right }) => excepts(each, right)) ||
    rights.some(({ right, uses }) => uses > 0 && excepts(each, right)),
);
const rows = (args.includes("--all") ? rights : unused).map(({ right, uses }) => ({
  account: right.account.split(":").at(-1),
  verb: right.verb,
  resource: right.group ? `${right.resource}.${right.group}` : right.resource,
  name: right.name ?? "any",
  namespace: right.namespace ?? "all",
  role: right.role,
  uses,
}));
if (rows.length > 0) console.table(rows);
if (refused.length > 0)
  console.table(
    refused.map(({ use, times }) => ({
      refused: `${use.account.split(":")[1]}: ${use.verb} ${use.resource}${use.group ? `.${use.group}` : ""} ${use.name}`,
      namespace: use.namespace,
      suite: use.suite,
      times,
    })),
  );
for (const { role, resources, verbs } of stale)
  console.log(`The exception for ${verbs} on ${resources} in ${role} is not needed any more.`);
console.log(
  `${rights.length} rights of web, manager, tenants and administrators; ${requests} requests of ${suites.size} suites; ${unused.length} granted and unused (${without.length - unused.length} more excepted), ${refused.length} used and missing.`,
);
process.exitCode = unused.length + refused.length + stale.length > 0 ? 1 : 0;

/** Rights without a name that each grant gives in its own namespaces. */
function kindOf({ account, verb, group, resource, name, namespace, file }: Right): string {
  // Of the kinds that grants bring to tenants, each verb is tried on one.
  if (account === "tenants" && file.startsWith("deploy/grants/"))
    return [account, verb, resource.includes("/") ? "status" : "kind"].join(" ");
  // A policy and its binding come and go together.
  if (resource.startsWith("validatingadmissionpolic")) return [account, verb, "policy"].join(" ");
  const where =
    file.startsWith("deploy/grants/") && name === undefined && group === "" ? "granted" : namespace;
  return [account, verb, group, resource, name ?? "*", where ?? "*"].join(" ");
}
