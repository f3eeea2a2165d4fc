"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { TextField } from "@/components/ui/text-field";
import type { InstanceKind } from "@/lib/model/image";
import type { InstanceView } from "@/lib/model/stream";
import { titleOf } from "./titles";

interface DeleteDialogProps {
  instance: Pick<InstanceView, "provider" | "plural" | "name">;
  kind: InstanceKind;
  onClose: () => void;
  onDone?: () => void;
}

/** Cannot be undone, so it asks for the name, and says what is lost. */
export default function DeleteDialog({ instance, kind, onClose, onDone }: DeleteDialogProps) {
  const t = useTranslations("provider");
  const locale = useLocale();
  const { namespace } = useSession();
  const [typed, setTyped] = useState("");
  const { name } = instance;
  const matches = typed.trim() === name;
  const remove = useMutation({
    mutationFn: () =>
      api<void>(
        "DELETE",
        apiPath("namespaces", namespace, "providers", instance.provider, instance.plural, name),
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
      title={t("deleteTitle", { name })}
      description={t("deleteHint", { kind: titleOf(kind, locale) })}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            variant="danger"
            disabled={!matches}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {t("deleteNamed", { name })}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (matches && !remove.isPending) remove.mutate();
        }}
      >
        <ul className="mb-4 list-disc pl-5">
          <li>{t("lost.pods")}</li>
          <li>{t("lost.data")}</li>
          <li>{t("lost.secrets")}</li>
        </ul>
        <TextField
          label={t("typeName", { name })}
          value={typed}
          mono
          autoFocus
          onChange={(event) => setTyped(event.target.value)}
        />
        {remove.error ? (
          <div className="mt-3">
            <ErrorState error={remove.error} title={t("notDeleted", { name })} inline />
          </div>
        ) : null}
      </form>
    </Dialog>
  );
}
