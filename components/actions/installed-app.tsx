import { useTranslations } from "use-intl";
import { useNavigation } from "@/components/data/navigation";
import { useTopic } from "@/components/data/use-topic";
import { isMoving, phaseOf } from "@/components/hub/launch";
import { Button } from "@/components/ui/button";
import { StatusBadge } from "@/components/ui/status-badge";
import type { Installation } from "@/lib/model/resources";

/** The app that a run has installed, to be opened from there; nothing once it is uninstalled. */
export function InstalledApp({ name }: { name: string }) {
  const t = useTranslations("provider.runs");
  const { openApp } = useNavigation();
  const installation = useTopic<Installation>("installations").items.get(name);
  if (!installation) return null;
  const title = installation.status?.title ?? name;
  const phase = phaseOf(installation);
  return (
    <div className="mt-2 flex flex-wrap items-center gap-3">
      <Button
        variant="primary"
        aria-label={t("openNamed", { title })}
        disabled={isMoving(phase)}
        onClick={() => openApp(name)}
      >
        {t("open")}
      </Button>
      <span className="min-w-0 wrap-anywhere">{title}</span>
      {phase === "Running" ? null : <StatusBadge status={phase} plain />}
    </div>
  );
}
