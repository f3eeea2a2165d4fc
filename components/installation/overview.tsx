"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { AppLink } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useTopic } from "@/components/data/use-topic";
import { pages } from "@/components/provider/titles";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusMark } from "@/components/ui/status-badge";
import { byApp, monthRange, spokenAmount } from "@/components/usage/summary";
import type { ObjectReference } from "@/lib/model/kubernetes";
import { parseImageReference } from "@/lib/model/names";
import type { Installation, Provider } from "@/lib/model/resources";
import type { UsageDay } from "@/lib/model/statement";
import type { InstanceView } from "@/lib/model/stream";

interface OverviewProps {
  installation: Installation;
  /** Of its repository, as far as they are known: they tell which version `latest` is. */
  tags: readonly { tag: string; digest: string }[];
}

/** What people want to know of an app that is up: where it is, what it consists of, what it uses and costs. */
export default function Overview({ installation, tags }: OverviewProps) {
  const t = useTranslations("installation.overview");
  const { status, spec } = installation;
  const tag = spec.image.split("@")[0]?.split(":")[1] ?? "latest";
  const same = tags.find((each) => each.digest === status?.digest && each.tag !== "latest");
  const image = parseImageReference(spec.image);
  const { address } = status ?? {};
  const own = status?.mode === "application";
  return (
    <div className="flex flex-col gap-4">
      <Card title={t("title")}>
        <dl className="grid min-w-0 gap-x-8 gap-y-3 @2xl:grid-cols-2">
          {address ? (
            <Fact name={t("address")} wide>
              <span className="min-w-0 font-mono text-sm wrap-anywhere">{address}</span>
              <CopyButton text={address} name={t("address")} />
            </Fact>
          ) : null}
          <Fact name={t("version")}>
            <span className="font-mono text-sm">{same?.tag ?? tag}</span>
            {status?.revision ? (
              <span className="text-muted">{t("revision", { revision: status.revision })}</span>
            ) : null}
          </Fact>
          {status?.lastLaunchedAt ? (
            <Fact name={t("opened")}>
              <RelativeTime value={status.lastLaunchedAt} />
            </Fact>
          ) : null}
          {own ? <Used installation={installation} /> : null}
          {status?.mode === "provider" && image ? <Count provider={`${image.org}.${image.repo}`} /> : null}
        </dl>
        {status?.mode === "shared" ? <p className="mt-3 text-sm text-muted">{t("shared")}</p> : null}
      </Card>
      {own ? <Services inventory={status?.inventory ?? []} /> : null}
    </div>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? "min-w-0 @2xl:col-span-2" : "min-w-0"}>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-0.5 flex min-h-7 min-w-0 items-center gap-2">{children}</dd>
    </div>
  );
}

/** How many instances of a provider are in the workspace. */
function Count({ provider }: { provider: string }) {
  const t = useTranslations("installation.overview");
  const { items, ready } = useTopic<InstanceView>(`instances/${provider}`);
  return (
    <Fact name={t("instances")}>
      <AppLink to={pages.list(provider)} className="text-accent-text tabular-nums hover:underline">
        {ready ? items.size : "…"}
      </AppLink>
    </Fact>
  );
}

/** What it has used this month, with the instances that it brought. */
function Used({ installation: { metadata, status } }: { installation: Installation }) {
  const t = useTranslations("installation.overview");
  const locale = useLocale();
  const { namespace } = useSession();
  const range = monthRange(new Date(), 0);
  const { data } = useQuery({
    queryKey: ["usage", namespace, range.from, range.to],
    queryFn: ({ signal }) =>
      api<{ days: UsageDay[] }>(
        "GET",
        `${apiPath("namespaces", namespace, "usage")}?${new URLSearchParams(range)}`,
        undefined,
        { signal },
      ),
  });
  const counted = new Set([
    metadata.name,
    ...(status?.inventory ?? []).map(({ kind, name }) => `${kind}/${name}`),
  ]);
  const rows = byApp(data?.days ?? []).filter(({ app }) => counted.has(app));
  if (rows.length === 0) return null;
  const currency = data?.days.findLast((day) => day.currency)?.currency;
  const micros = rows.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
  const hours = rows.reduce((sum, { cpuSeconds }) => sum + cpuSeconds / 3600, 0);
  return (
    <Fact name={t("month")}>
      <AppLink to="/usage" className="text-accent-text tabular-nums hover:underline">
        {currency
          ? new Intl.NumberFormat(locale, { style: "currency", currency }).format(micros / 1e6)
          : t("coreHours", { amount: spokenAmount(hours, locale) })}
      </AppLink>
    </Fact>
  );
}

/** The databases and other instances that it brought, each with the way to its own page. */
function Services({ inventory }: { inventory: readonly ObjectReference[] }) {
  const t = useTranslations("installation.overview");
  const providers = useTopic<Provider>("providers");
  const found = [...providers.items.values()].flatMap(({ metadata, status }) => {
    const kinds = status?.instanceKinds ?? [];
    const objects = inventory.filter((object) =>
      kinds.some(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind),
    );
    return objects.length > 0
      ? [{ provider: metadata.name, title: status?.title ?? metadata.name, objects }]
      : [];
  });
  if (found.length === 0) return null;
  return (
    <Card title={t("services")} flush>
      <ul className="divide-y divide-line">
        {found.map((each) => (
          <Instances key={each.provider} {...each} />
        ))}
      </ul>
    </Card>
  );
}

interface InstancesProps {
  provider: string;
  title: string;
  objects: readonly ObjectReference[];
}

function Instances({ provider, title, objects }: InstancesProps) {
  const instances = useTopic<InstanceView>(`instances/${provider}`);
  const t = useTranslations("common");
  return objects.map(({ kind, name }) => {
    const view = [...instances.items.values()].find((each) => each.kind === kind && each.name === name);
    return (
      <li key={`${kind}/${name}`} className="flex min-h-11 min-w-0 items-center gap-3 px-4 py-2">
        <StatusMark status={view?.phase ?? "Unknown"} />
        {view ? (
          <AppLink
            to={pages.detail(provider, view.plural, name)}
            className="flex min-w-0 text-accent-text hover:underline"
          >
            <MiddleTruncate text={name} mono />
          </AppLink>
        ) : (
          <MiddleTruncate text={name} mono />
        )}
        <span className="ml-auto shrink-0 text-sm text-muted">
          {title}
          {view ? ` · ${t(`status.${view.phase}`)}` : null}
        </span>
      </li>
    );
  });
}
