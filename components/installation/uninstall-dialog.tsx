"use client";
import { useMutation } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { toProblem } from "@/components/data/problem";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { LazyMessages } from "@/components/i18n/messages";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { useToast } from "@/components/ui/toast";
import { binName } from "@/lib/model/bin";
import type { Installation } from "@/lib/model/resources";
import { useRestore } from "./use-bin";

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
  const { namespace, binDays } = useSession();
  const toast = useToast();
  const restore = useRestore();
  const [purge, setPurge] = useState(false);
  const { name, uid = "" } = installation.metadata;
  const mode = installation.status?.mode ?? "application";
  const title = installation.status?.title ?? name;
  const keeps = mode === "application" && binDays > 0;
  const undoable = mode === "application" ? keeps && !purge : true;
  const installations = apiPath("namespaces", namespace, "installations");
  /** What runs for everybody has nothing in the bin: it only has to be linked again. */
  const linkAgain = async () => {
    const { image, inputs = {} } = installation.spec;
    const linked = await api<Installation>("POST", installations, {
      name,
      image: image.split("@")[0],
      inputs,
    });
    stream.accept("installations", name, linked);
  };
  // The dialog has gone by then, and with it the mutation's own callbacks.
  const undo = () =>
    void (keeps ? restore.mutateAsync(binName(name, uid)) : linkAgain()).catch((error: unknown) => {
      const { detail, title: problem } = toProblem(error);
      toast({ tone: "danger", title: t("notRestored", { title }), description: detail ?? problem });
    });
  const uninstall = useMutation({
    mutationFn: () =>
      api<void>(
        "DELETE",
        `${apiPath("namespaces", namespace, "installations", name)}?volumes=${purge ? "delete" : "keep"}`,
      ),
    onSuccess: () => {
      if (undoable)
        toast({
          title: t("uninstalled", { title }),
          ...(keeps ? { description: t("uninstalledHint", { days: binDays }) } : {}),
          action: { label: t("undo"), onSelect: undo },
          durationMs: 15_000,
        });
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
            {t(purge ? "uninstallWithData" : "uninstallNamed", { title })}
          </Button>
        </>
      }
    >
      {keeps ? (
        <Checkbox
          label={t("purge")}
          help={purge ? t("dataLost") : t("dataKept", { days: binDays })}
          checked={purge}
          onCheckedChange={setPurge}
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
