"use client";
import { useLocale, useTranslations } from "use-intl";
import { titleOf } from "@/components/provider/titles";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import type { KindRow } from "@/lib/model/administration-views";
import { useAdministrationChange } from "./use-administration";

/** Which provider each kind gets where nobody chooses and none is installed. */
export function DefaultProviders({ rows }: { rows: KindRow[] }) {
  const t = useTranslations("administration.trust");
  if (rows.length === 0) return <EmptyState title={t("noKinds")} />;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {rows.map((row) => (
        <DefaultProvider key={row.kind} row={row} />
      ))}
    </ul>
  );
}

function DefaultProvider({ row: { kind, offers, preset, fits } }: { row: KindRow }) {
  const t = useTranslations("administration.trust");
  const locale = useLocale();
  const change = useAdministrationChange();
  const dot = kind.indexOf(".");
  const installed = offers.find((offer) => offer.installed);
  const first = offers.find(({ trusted }) => trusted);
  const repository = (image: string) => image.split(":")[0] ?? image;
  const chosen =
    preset && (offers.find(({ image }) => repository(image) === repository(preset))?.image ?? preset);
  const options = offers
    .filter(({ trusted, image }) => trusted || image === chosen)
    .map((offer) => ({ value: offer.image, label: `${titleOf(offer, locale)} (${offer.image})` }));
  if (chosen && !options.some(({ value }) => value === chosen))
    options.push({ value: chosen, label: chosen });
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-medium wrap-break-word">{kind.slice(0, dot)}</p>
        <p className="font-mono text-xs text-muted wrap-anywhere">{kind.slice(dot + 1)}</p>
      </div>
      <div className="min-w-0 flex-1 basis-72">
        <Select
          hideLabel
          label={t("defaultFor", { kind })}
          value={chosen ?? ""}
          disabled={change.isPending}
          placeholder={first ? t("noDefault", { title: titleOf(first, locale) }) : t("noOffer")}
          options={options}
          error={preset && !fits ? t("unfit", { image: preset }) : undefined}
          help={installed ? t("installedWins", { title: titleOf(installed, locale) }) : undefined}
          onValueChange={(image) =>
            change.mutate({
              method: "PUT",
              path: ["administration", "defaults", "providers", kind],
              body: { image: image || null },
            })
          }
        />
        {change.error ? <ErrorState error={change.error} inline /> : null}
      </div>
    </li>
  );
}
