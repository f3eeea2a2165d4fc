// Packs providers/ and images/ into an OCI image layout: node scripts/build-content.ts DIR
import { join, resolve } from "node:path";
import { buildContent } from "../lib/images/index.ts";
import { fail, root } from "./runtime.mjs";

const [dir] = process.argv.slice(2);
if (!dir) fail("Name the folder to write to: node scripts/build-content.ts DIR");
await buildContent(resolve(dir), [join(root, "providers"), join(root, "images")]);
