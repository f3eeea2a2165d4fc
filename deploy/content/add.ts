// Adds the images of one content store to another: node deploy/content/add.ts FROM TO
// What is there already stays, under its digest also when its tag moves on, because installations are pinned to digests.
import { resolve } from "node:path";
import { ContentStore } from "../../lib/images/index.ts";

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  process.stderr.write("Name two folders: node deploy/content/add.ts FROM TO\n");
  process.exit(2);
}
const added = await new ContentStore(resolve(to)).addFrom(new ContentStore(resolve(from)));
process.stdout.write(`${added} images added to ${to}\n`);
