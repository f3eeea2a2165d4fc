"use client";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { RelativeTime } from "@/components/ui/relative-time";
import type { DefaultsView } from "@/lib/model/administration-views";

/** What holds for all workspaces and is set elsewhere: each with its value, and where that is. */
export function SettingsList({ settings }: { settings: DefaultsView["settings"] }) {
  const t = useTranslations("administration.settings");
  const { quota, currency, pricesProblem, meteredUpTo, binDays, mirrors, runnerImage, signIn } = settings;
  const amounts = ["requests.cpu", "requests.memory", "requests.storage", "pods"] as const;
  const rows: { name: string; value: ReactNode; where: string }[] = [
    {
      name: t("signatures"),
      value: t(settings.requireSignatures ? "signaturesAll" : "signaturesOwn"),
      where: "REQUIRE_SIGNATURES",
    },
    {
      name: t("quota"),
      value: amounts
        .map((resource) => `${quota[resource] ?? "–"} ${t(`amounts.${resource.replace(".", "-")}`)}`)
        .join(", "),
      where: t("builtIn"),
    },
    {
      name: t("prices"),
      value: pricesProblem ? (
        <span className="text-danger">{t("pricesWrong", { problem: pricesProblem })}</span>
      ) : currency ? (
        t("pricesIn", { currency })
      ) : (
        t("noPrices")
      ),
      where: "ConfigMap hub-prices",
    },
    {
      name: t("metering"),
      value: meteredUpTo ? <RelativeTime value={meteredUpTo} /> : t("notMetered"),
      where: "METERING_SECONDS",
    },
    { name: t("bin"), value: t("days", { count: binDays }), where: "BIN_DAYS" },
    { name: t("signIn"), value: signIn.join(", ") || "–", where: "OIDC_ISSUER, GITHUB_ID" },
    { name: t("mirrors"), value: t("mirrorsCount", { count: mirrors }), where: "IMAGE_MIRRORS" },
    { name: t("runner"), value: runnerImage ?? t("noRunner"), where: "RUNNER_IMAGE" },
    { name: t("policies"), value: t("policiesHint"), where: "ValidatingAdmissionPolicy hub-*" },
  ];
  return (
    <dl className="divide-y divide-line rounded-lg border border-line bg-surface">
      {rows.map(({ name, value, where }) => (
        <div key={name} className="flex flex-wrap gap-x-6 gap-y-1 px-4 py-3">
          <dt className="min-w-0 flex-1 basis-52">{name}</dt>
          <dd className="min-w-0 flex-1 basis-72 wrap-break-word">
            {value}
            <span className="block font-mono text-xs text-muted wrap-anywhere">{where}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
