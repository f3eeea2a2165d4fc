"use client";
import { useLocale, useTranslations } from "use-intl";
import { useTopic } from "@/components/data/use-topic";
import { type Column, Table } from "@/components/ui/table";
import type { Installation } from "@/lib/model/resources";
import type { UsageDay } from "@/lib/model/statement";
import { type MeterRow, ownMeters, spokenAmount } from "./summary";

/** What apps count of their own; nothing where none does. */
export function MetersTable({ days }: { days: UsageDay[] }) {
  const t = useTranslations("usage");
  const locale = useLocale();
  const installations = useTopic<Installation>("installations");
  const rows = ownMeters(days);
  const currency = days.findLast((day) => day.currency)?.currency;
  const money = currency && new Intl.NumberFormat(locale, { style: "currency", currency });
  if (rows.length === 0) return null;
  const titleOf = ({ app, meter }: MeterRow) => {
    const declared = installations.items.get(app)?.status?.meters?.find(({ name }) => name === meter);
    return declared?.i18n?.[locale]?.title ?? declared?.title ?? meter;
  };
  const columns: Column<MeterRow>[] = [
    { id: "meter", title: t("columns.meter"), width: "minmax(140px, 2fr)", sortBy: titleOf, cell: titleOf },
    {
      id: "app",
      title: t("columns.app"),
      width: "minmax(120px, 1fr)",
      sortBy: ({ app }) => app,
      cell: ({ app }) => installations.items.get(app)?.status?.title ?? app,
    },
    {
      id: "amount",
      title: t("columns.amount"),
      align: "end",
      sortBy: ({ amount }) => amount,
      cell: ({ amount, unit, per }) =>
        t(per === "hour" ? "statement.hours" : "statement.each", {
          amount: spokenAmount(amount, locale),
          unit,
        }),
    },
    {
      id: "cost",
      title: t("columns.cost"),
      align: "end",
      sortBy: ({ cost }) => cost ?? 0,
      cell: ({ cost }) => (cost === undefined || !money ? "–" : money.format(cost / 1e6)),
    },
  ];
  return (
    <div className="overflow-x-auto">
      <div className="min-w-[520px]">
        <Table
          label={t("ownMeters")}
          rows={rows}
          columns={columns}
          rowKey={({ app, meter, unit }) => `${app} ${meter} ${unit}`}
        />
      </div>
    </div>
  );
}
