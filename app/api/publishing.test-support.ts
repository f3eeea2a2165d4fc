import { generateKeyPairSync } from "node:crypto";
import { Browser, type HubUnderTest } from "@/lib/auth/testing/hub.ts";
import { API_VERSION, type Organization } from "@/lib/model/resources.ts";
import { answer } from "./answer.test-support.ts";

export const ORGANIZATIONS = "/api/hub/organizations";
export const REPOSITORIES = "/api/hub/repositories";
export const PUBLIC_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

/** A browser in which somebody is signed in. */
export async function signedIn(hub: HubUnderTest, account: string): Promise<Browser> {
  const browser = new Browser(hub.config.url, answer);
  await browser.signIn(account);
  return browser;
}

/** The status of an answer, and its JSON. */
export async function ask(browser: Browser, method: string, path: string, json?: unknown) {
  const response = await browser.fetch(path, { method, ...(json !== undefined && { json }) });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

/** An organization as an administrator of the cluster makes it. */
export async function makeOrganization(
  hub: HubUnderTest,
  name: string,
  members: NonNullable<Organization["spec"]["members"]>,
): Promise<void> {
  await hub.admin.create<Organization>({
    apiVersion: API_VERSION,
    kind: "Organization",
    metadata: { name },
    spec: { members },
  });
}
