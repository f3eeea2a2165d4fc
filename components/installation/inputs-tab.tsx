"use client";
import { useTranslations } from "use-intl";
import { useImage } from "@/components/hub/use-image";
import { Planner } from "@/components/install/planner";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { parseImageReference } from "@/lib/model/names";
import type { Installation } from "@/lib/model/resources";
import { isProviderChoice } from "@/lib/model/ways";
import { useChange } from "./use-change";

interface InputsTabProps {
  installation: Installation;
  mayEdit: boolean;
  onSaved: () => void;
}

/** Changes the inputs of what is installed, with the plan of the change beside them. */
export default function InputsTab({ installation, mayEdit, onSaved }: InputsTabProps) {
  const t = useTranslations("installation");
  const image = parseImageReference(installation.spec.image);
  const change = useChange(installation.metadata.name);
  const detail = useImage(image);
  if (detail.error) return <ErrorState error={detail.error} onRetry={detail.refetch} inline />;
  if (!detail.data) return <Skeleton className="h-40 w-full" />;
  const { inputs } = detail.data;
  // Which provider comes along is set here too, while it is what stands in the way.
  if (inputs.length === 0 && !isProviderChoice(installation.status?.reason))
    return <p className="text-muted">{t("nothingToSet")}</p>;
  const kept = new Set(
    installation.spec.inputsFrom?.length
      ? inputs.filter((input) => input.secret).map((input) => input.name)
      : [],
  );
  return (
    <div className="rounded-lg border border-line bg-surface p-6 pb-5">
      <Planner
        image={installation.spec.image}
        name={installation.metadata.name}
        inputs={inputs}
        current={installation.spec.inputs ?? {}}
        kept={kept}
        chosen={installation.spec.providers}
        busy={change.isPending || !mayEdit}
        problem={change.error}
        onSubmit={(send) =>
          change.mutate(
            {
              inputs: { ...send.inputs, ...send.secretInputs },
              ...(send.recreate ? { recreate: send.recreate } : {}),
              ...(send.providers ? { providers: send.providers } : {}),
            },
            { onSuccess: onSaved },
          )
        }
        actions={({ ready, changed, submit }) => (
          <Button
            variant="primary"
            loading={change.isPending}
            disabled={!ready || !changed || !mayEdit}
            onClick={submit}
          >
            {t("apply")}
          </Button>
        )}
      />
    </div>
  );
}
