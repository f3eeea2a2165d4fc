import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../../lib/cluster/index.ts";
import { readFolder, readImage } from "../../lib/images/index.ts";
import type { Cloud } from "../../lib/install/entry.ts";
import { imageGrantFile } from "../../lib/install/image-grant.ts";
import { root } from "../../scripts/runtime.mjs";

export interface ShippedGrant {
  /** Name of the Provider and of the file. */
  name: string;
  text: string;
}

/** Grants hold names and rights and nothing of a cloud; that they do not is checked by making each for two clouds. */
const CLOUDS: Cloud[] = ["one.example.com", "two.example.org"].map((domain) => ({
  domain,
  port: "",
  scheme: "https",
  certSecretName: "wildcard-cert",
}));

/** The grants of the providers and shared images that ship with the Hub, as their files have to be. */
export async function shippedGrants(cluster: Cluster): Promise<ShippedGrant[]> {
  const grants: ShippedGrant[] = [];
  for (const parent of ["providers", "images"]) {
    for (const entry of await readdir(join(root, parent), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const content = await readImage(await readFolder(join(root, parent, entry.name)));
      if (content.mode === "application") continue;
      const image = { repo: entry.name, content };
      const name = `labring.${entry.name}`;
      const made = await Promise.all(CLOUDS.map((cloud) => imageGrantFile(cluster, name, image, { cloud })));
      const [first, second] = made.map(({ file }) => file);
      if (first === undefined || first !== second)
        throw new Error(`the grant of ${name} depends on the cloud it is made for; it cannot ship as a file`);
      grants.push({ name, text: first });
    }
  }
  return grants.sort((a, b) => (a.name < b.name ? -1 : 1));
}
