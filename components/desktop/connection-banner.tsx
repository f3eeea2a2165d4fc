"use client";
import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useConnection } from "@/components/data/connection";
import { stream } from "@/components/data/stream";
import { LazyMessages, prefetchMessages } from "@/components/i18n/messages";
import { Button } from "@/components/ui/button";
import { whenIdle } from "@/components/ui/idle";

// Outside of the desktop its messages are not there yet, and later cannot be fetched.
whenIdle(() => prefetchMessages("desktop"));

/** A reload of the server or a short break is nobody's business. */
const PATIENCE_MS = 1500;

/** Says what cannot be reached; goes away by itself. */
export default function ConnectionBanner() {
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return patient ? null : (
    <LazyMessages area="desktop">
      <Banner />
    </LazyMessages>
  );
}

function Banner() {
  const t = useTranslations("desktop.connection");
  const lost = useConnection((state) => state.stream === "lost");
  return (
    <div
      role="alert"
      className="relative z-[700] flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warn-soft px-4 py-2 text-text"
    >
      <CloudOff size={16} aria-hidden className="shrink-0 text-warn" />
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">{lost ? t("consoleLost") : t("clusterLost")}</strong>{" "}
        <span className="text-muted">{lost ? t("consoleLostHint") : t("clusterLostHint")}</span>
      </p>
      {lost ? (
        <Button size="sm" onClick={() => stream.reconnect()}>
          {t("tryNow")}
        </Button>
      ) : null}
    </div>
  );
}
