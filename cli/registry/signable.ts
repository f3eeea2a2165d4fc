import { resolve } from "node:path";
import {
  formatReference,
  inLayout,
  inRegistry,
  Layout,
  REF_NAME,
  type SignaturePlace,
  versionOf,
} from "../../lib/oci/index.ts";
import type { Context } from "../lib/context.ts";
import { CommandError } from "../lib/errors.ts";
import { clientFor, readReference } from "./store.ts";

interface Where {
  layout: string | undefined;
  plainHttp: boolean;
}

/** An image whose signatures are to be made or checked: what it is now, and where they lie. */
export async function findSignable(
  context: Context,
  text: string,
  { layout, plainHttp }: Where,
): Promise<{ place: SignaturePlace; digest: string; name: string }> {
  if (layout !== undefined) return inFolder(context, text, layout);
  const reference = readReference(text);
  const registry = clientFor(reference.registry, context, { plainHttp });
  const { repository } = reference;
  const { digest } = (await registry.manifest(repository, versionOf(reference))).descriptor;
  const name = `${formatReference(reference).replace(/@.*/, "")}@${digest}`;
  return { place: inRegistry(registry, repository), digest, name };
}

/** A Hub's content store names images without a host (`acme/shop:1.0`), the store of `hub pull` with one. */
async function inFolder({ cwd }: Context, text: string, folder: string) {
  const [, repository = "", tag, wanted] = /^([^@]+?)(?::([^/:@]+))?(?:@(.+))?$/.exec(text) ?? [];
  const layout = new Layout(resolve(cwd, folder));
  const name = `${repository}:${tag ?? "latest"}`;
  const digest = (await layout.index()).find((entry) =>
    wanted ? entry.digest === wanted : entry.annotations?.[REF_NAME] === name,
  )?.digest;
  if (!digest)
    throw new CommandError(["{folder} has no image {image}.", "{folder} 中没有镜像 {image}。"], {
      params: { folder, image: text },
      exit: "not-found",
    });
  return { place: inLayout(layout, repository), digest, name: `${repository}@${digest}` };
}
