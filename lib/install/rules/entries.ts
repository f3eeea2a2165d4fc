import { isRecord } from "../../images/scan.ts";
import { APP_API_VERSION } from "../../model/resources.ts";
import { isConsole } from "./hosts.ts";
import { type Blocker, blocker, type Rule } from "./types.ts";

/** A desktop entry opens a page of the app: http(s), and never the console's own origin. */
export const entries: Rule = (rendered, input) => {
  const { object } = rendered;
  if (object.kind !== "App" || object.apiVersion !== APP_API_VERSION || !isRecord(object.spec)) return {};
  const blockers: Blocker[] = [];
  const data = isRecord(object.spec.data) ? object.spec.data : {};
  const menu = Array.isArray(object.spec.menuData) ? object.spec.menuData.filter(isRecord) : [];
  const links: [field: string, link: unknown][] = [
    ["spec.data.url", data.url],
    ...menu.map(({ link }, index): [string, unknown] => [`spec.menuData[${index}].link`, link]),
  ];
  for (const [field, link] of links) {
    if (typeof link !== "string" || link === "") continue;
    const fault = linkFault(link, input);
    if (fault) {
      blockers.push(
        blocker(
          rendered,
          fault,
          `opens ${link.slice(0, 100)} (${field}), ${SAID[fault]}`,
          "Give it the app's own http or https address",
          { link: link.slice(0, 100), field },
          "entry-address",
        ),
      );
    }
  }
  return { blockers };
};

const SAID = {
  "entry-no-address": "which is not an address",
  "entry-not-web": "which is not a web address",
  "entry-user-name": "which carries a user name",
  "entry-console": "which is the console itself",
} as const;

function linkFault(link: string, input: Parameters<Rule>[1]): keyof typeof SAID | undefined {
  if (!URL.canParse(link)) return "entry-no-address";
  const { protocol, hostname, username, password } = new URL(link);
  if (protocol !== "http:" && protocol !== "https:") return "entry-not-web";
  if (username || password) return "entry-user-name";
  return isConsole(hostname, input) ? "entry-console" : undefined;
}
