"use client";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import type { PlanBlocker } from "@/lib/model/plan";

interface RecreateButtonsProps {
  blockers: readonly PlanBlocker[];
  onRecreate: (object: string) => void;
}

/** For objects that cannot be changed as wanted: lets them be deleted and made anew. Never what holds data. */
export function RecreateButtons({ blockers, onRecreate }: RecreateButtonsProps) {
  const t = useTranslations("installation");
  const objects = blockers.flatMap(({ code, object }) =>
    code === "immutable-field" && object && object.kind !== "PersistentVolumeClaim" ? [object] : [],
  );
  if (objects.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {objects.map(({ kind, name }) => (
        <Button key={`${kind}/${name}`} size="sm" onClick={() => onRecreate(`${kind}/${name}`)}>
          {t("plan.recreate", { kind, name })}
        </Button>
      ))}
    </div>
  );
}
