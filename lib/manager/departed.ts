import { ApiError } from "../cluster/index.ts";
import { keepDeparted } from "../install/timeline/departed.ts";
import { FIELD_MANAGER, type Installation } from "../model/resources.ts";
import { historyClosed } from "./history.ts";
import { installerUser } from "./subject.ts";
import type { World } from "./world.ts";

/**
 * Keeps the record of an installation that is being uninstalled. A record is worth no trouble: what the cluster refuses for
 * good is only logged.
 */
export async function keepRecord(world: World, installation: Installation): Promise<void> {
  const { name, namespace = "", uid = "" } = installation.metadata;
  const installer = world.cluster.as(installerUser(namespace)).writingAs(FIELD_MANAGER);
  try {
    await keepDeparted(installer, namespace, uid, {
      name,
      image: installation.spec.image,
      history: historyClosed(installation, new Date().toISOString()),
    });
  } catch (error) {
    // Made or changed at the same moment, or away: the next pass finds out.
    const passing =
      !(error instanceof ApiError) || [0, 409, 429].includes(error.status) || error.status >= 500;
    if (passing) throw error;
    world.log.warn({ err: error, namespace, name }, "a record was not kept");
  }
}
