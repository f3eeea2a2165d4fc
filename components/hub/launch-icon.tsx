"use client";
import { useTranslations } from "use-intl";
import { ProgressRing } from "@/components/ui/progress-ring";
import { StatusMark } from "@/components/ui/status-badge";
import { isMoving, type Launch } from "./launch";

/** How far an installation on its way is, or the shape of the state that it came to. */
export default function LaunchIcon({ launch: { state, progress } }: { launch: Launch }) {
  const t = useTranslations("hub");
  if (!isMoving(state) && state !== "NotInstalled" && state !== "UpdateAvailable") {
    return <StatusMark status={state} />;
  }
  return <ProgressRing size={16} stroke={2} value={progress} label={t(`states.${state}`)} />;
}
