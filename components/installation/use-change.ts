import { useMutation } from "@tanstack/react-query";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import type { Installation, ProviderChoice, UpgradeSettings } from "@/lib/model/resources";
import type { Schedule } from "@/lib/model/schedule";

/** What may be changed of an installation. */
export interface InstallationChange {
  image?: string;
  inputs?: Record<string, string>;
  suspended?: boolean;
  /** `null` takes it away. */
  schedule?: Schedule | null;
  upgrade?: UpgradeSettings;
  recreate?: readonly string[];
  /** All of them. */
  providers?: readonly ProviderChoice[];
  retry?: true;
}

/** Changes an installation; the answer is shown at once, the stream goes on from there. */
export function useChange(name: string) {
  const { namespace } = useSession();
  return useMutation({
    mutationFn: (change: InstallationChange) =>
      api<Installation>("PATCH", apiPath("namespaces", namespace, "installations", name), change),
    onSuccess: (installation) => stream.accept("installations", name, installation),
  });
}
