"use client";
import { useTranslations } from "use-intl";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { DefaultProviders } from "./default-providers";
import { SettingsList } from "./settings-list";
import { TrustTable } from "./trust-table";
import { useDefaults } from "./use-administration";

/** Whom the cluster trusts, which provider a kind gets, and what else holds for all workspaces. */
export function TrustTab() {
  const t = useTranslations("administration.trust");
  const { data, error, refetch } = useDefaults();
  if (error && !data) return <ErrorState error={error} title={t("failed")} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <SkeletonGroup label={t("loading")} className="flex flex-col gap-3">
        <Skeleton className="h-40 w-full" />
        <Skeleton className="h-40 w-full" />
      </SkeletonGroup>
    );
  return (
    <div className="flex flex-col gap-8">
      <section>
        <h2 className="text-lg font-semibold">{t("organizations")}</h2>
        <p className="mt-1 mb-3 max-w-prose text-sm text-muted">{t("organizationsHint")}</p>
        <TrustTable rows={data.organizations} everywhere={data.settings.requireSignatures} />
      </section>
      <section>
        <h2 className="text-lg font-semibold">{t("defaults")}</h2>
        <p className="mt-1 mb-3 max-w-prose text-sm text-muted">{t("defaultsHint")}</p>
        <DefaultProviders rows={data.kinds} />
      </section>
      <section>
        <h2 className="text-lg font-semibold">{t("settings")}</h2>
        <p className="mt-1 mb-3 max-w-prose text-sm text-muted">{t("settingsHint")}</p>
        <SettingsList settings={data.settings} />
      </section>
    </div>
  );
}
