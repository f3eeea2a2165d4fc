"use client";
import { useMutation } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { LazyMessages } from "@/components/i18n/messages";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import type { Installation } from "@/lib/model/resources";

interface UninstallDialogProps {
  installation: Installation;
  onClose: () => void;
  onDone?: () => void;
}

/** Says what goes and what stays, by the image's mode, and uninstalls. */
export default function UninstallDialog(props: UninstallDialogProps) {
  return (
    <Suspense fallback={null}>
      <LazyMessages area="installation">
        <Body {...props} />
      </LazyMessages>
    </Suspense>
  );
}

function Body({ installation, onClose, onDone }: UninstallDialogProps) {
  const t = useTranslations("installation");
  const { namespace } = useSession();
  const [volumes, setVolumes] = useState(false);
  const { name } = installation.metadata;
  const mode = installation.status?.mode ?? "application";
  const title = installation.status?.title ?? name;
  const claims =
    installation.status?.inventory?.filter((object) => object.kind === "PersistentVolumeClaim").length ?? 0;
  const sets = installation.status?.inventory?.some((object) => object.kind === "StatefulSet");
  const hasVolumes = mode === "application" && (claims > 0 || sets);
  const uninstall = useMutation({
    mutationFn: () =>
      api<void>(
        "DELETE",
        `${apiPath("namespaces", namespace, "installations", name)}?volumes=${volumes ? "delete" : "keep"}`,
      ),
    onSuccess: () => {
      onDone?.();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("uninstallTitle", { title })}
      description={t(`uninstallHint.${mode}`)}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="danger" loading={uninstall.isPending} onClick={() => uninstall.mutate()}>
            {t(volumes ? "uninstallWithData" : "uninstallNamed", { title })}
          </Button>
        </>
      }
    >
      {hasVolumes ? (
        <Checkbox
          label={t("deleteVolumes")}
          help={t(volumes ? "volumesLost" : "volumesKept")}
          checked={volumes}
          onCheckedChange={setVolumes}
        />
      ) : null}
      {uninstall.error ? (
        <div className="mt-3">
          <ErrorState error={uninstall.error} title={t("uninstallFailed", { title })} inline />
        </div>
      ) : null}
    </Dialog>
  );
}
