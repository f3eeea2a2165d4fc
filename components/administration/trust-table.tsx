"use client";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Switch } from "@/components/ui/checkbox";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { type Column, NARROW, Table } from "@/components/ui/table";
import { useNarrow } from "@/components/ui/use-narrow";
import type { OrganizationRow } from "@/lib/model/administration-views";
import { useAdministrationChange } from "./use-administration";

interface TrustTableProps {
  rows: OrganizationRow[];
  /** Whether everything from a registry has to be signed anyway. */
  everywhere: boolean;
}

/** Organizations with the keys that speak for them, and whether they may change the whole cluster. */
export function TrustTable({ rows, everywhere }: TrustTableProps) {
  const t = useTranslations("administration.trust");
  const [asked, setAsked] = useState<OrganizationRow>();
  const signatures = useAdministrationChange();
  const { ref, narrow } = useNarrow(NARROW);
  const signedSwitch = (row: OrganizationRow, label?: string) => (
    <Switch
      hideLabel={!label}
      label={
        <>
          {label ? <span aria-hidden>{label}</span> : null}
          <span className="sr-only">{t("signedNamed", { organization: row.displayName })}</span>
        </>
      }
      checked={everywhere || row.requireSignature}
      disabled={everywhere || signatures.isPending}
      onCheckedChange={(required) =>
        signatures.mutate({
          method: "PUT",
          path: ["hub", "organizations", row.name, "signatures"],
          body: { required },
        })
      }
    />
  );
  const columns: Column<OrganizationRow>[] = [
    {
      id: "name",
      title: t("columns.organization"),
      width: "minmax(120px, 2fr)",
      sortBy: (row) => row.displayName,
      filterBy: (row) => `${row.displayName} ${row.name}`,
      cell: (row) => (
        <span className="flex min-w-0 flex-col leading-tight">
          <AppLink
            to={`/hub/-/organizations/${row.name}`}
            className="truncate text-accent-text hover:underline"
          >
            {row.displayName}
          </AppLink>
          <span className="truncate text-xs text-muted">
            {row.name} · {t("images", { count: row.images })}
          </span>
          {narrow ? signedSwitch(row, t("columns.signed")) : null}
        </span>
      ),
    },
    {
      id: "keys",
      secondary: true,
      title: t("columns.keys"),
      width: "minmax(170px, 1fr)",
      cell: ({ keys: [first, ...more] }) =>
        first ? (
          <span className="flex min-w-0 flex-col leading-tight">
            <MiddleTruncate text={first.fingerprint} tail={8} mono className="text-xs" />
            <span className="text-xs text-muted">
              {first.kind}
              {more.length > 0 ? ` · ${t("moreKeys", { count: more.length })}` : ""}
            </span>
          </span>
        ) : (
          <span className="text-muted">{t("noKeys")}</span>
        ),
    },
    {
      id: "signed",
      secondary: true,
      title: t("columns.signed"),
      width: "140px",
      cell: (row) => signedSwitch(row),
    },
    {
      id: "trusted",
      title: t("columns.trusted"),
      width: narrow ? "minmax(96px, 1fr)" : "230px",
      sortBy: (row) => Number(!row.trusted),
      cell: (row) => (
        <span className={cx("flex gap-x-3 gap-y-1", narrow ? "flex-col items-start" : "items-center")}>
          <Badge tone={row.trusted ? "ok" : "neutral"}>{t(row.trusted ? "trusted" : "untrusted")}</Badge>
          <Button
            size="sm"
            aria-label={t(row.trusted ? "withdrawNamed" : "trustNamed", { organization: row.displayName })}
            onClick={() => setAsked(row)}
          >
            {t(row.trusted ? "withdraw" : "trust")}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <div ref={ref}>
      {signatures.error ? <ErrorState error={signatures.error} inline /> : null}
      <Card flush className="overflow-hidden">
        <Table
          // Rows of another height are laid out anew.
          key={String(narrow)}
          label={t("organizations")}
          rows={rows}
          columns={columns}
          rowKey={({ name }) => name}
          rowHeight={narrow ? 88 : 52}
          filterable={rows.length > 8}
          empty={t("noOrganizations")}
        />
      </Card>
      {asked ? <TrustDialog organization={asked} onClose={() => setAsked(undefined)} /> : null}
    </div>
  );
}

/** Says what trusting an organization means, before it does. */
function TrustDialog({ organization, onClose }: { organization: OrganizationRow; onClose: () => void }) {
  const t = useTranslations("administration.trust");
  const change = useAdministrationChange();
  const { name, displayName, trusted } = organization;
  const named = { organization: displayName };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="sm"
      title={t(trusted ? "withdrawNamed" : "trustNamed", named)}
      description={t(trusted ? "withdrawMeans" : "trustMeans", named)}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            variant={trusted ? "danger" : "primary"}
            loading={change.isPending}
            onClick={() =>
              change.mutate(
                {
                  method: "PUT",
                  path: ["hub", "organizations", name, "trust"],
                  body: { trusted: !trusted },
                },
                { onSuccess: onClose },
              )
            }
          >
            {t(trusted ? "withdraw" : "trust")}
          </Button>
        </>
      }
    >
      {change.error ? <ErrorState error={change.error} inline /> : null}
    </Dialog>
  );
}
