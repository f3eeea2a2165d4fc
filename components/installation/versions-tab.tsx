"use client";
import { useTranslations } from "use-intl";
import type { Installation } from "@/lib/model/resources";
import { RevisionsList } from "./revisions-list";
import { UpgradeSettings } from "./upgrade-settings";

interface VersionsTabProps {
  installation: Installation;
  mayEdit: boolean;
  onGoBack: (revision: number) => void;
}

/** How it is upgraded, and what it can go back to. */
export default function VersionsTab({ installation, mayEdit, onGoBack }: VersionsTabProps) {
  const t = useTranslations("installation");
  const { status, metadata, spec } = installation;
  return (
    <div className="flex flex-col gap-6">
      <section>
        <h2 className="mb-2 font-semibold">{t("revisions.title")}</h2>
        <RevisionsList
          name={metadata.name}
          version={`${status?.revision ?? ""} ${spec.image} ${status?.upgrade?.phase ?? ""}`}
          {...(mayEdit ? { onGoBack } : {})}
        />
      </section>
      <section>
        <h2 className="mb-2 font-semibold">{t("upgrades.title")}</h2>
        <UpgradeSettings installation={installation} mayEdit={mayEdit} />
      </section>
    </div>
  );
}
