"use client";
import { BadgeCheck, Lock, Upload } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { AppLink, useNavigation } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { AppIcon } from "@/components/ui/app-icon";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Invite } from "./invite";
import { OrganizationSettings } from "./organization-settings";
import { People } from "./people";
import { SigningKeys } from "./signing-keys";
import { useOrganization, useOrganizationChange } from "./use-organizations";

const RegistryCredentials = lazy(() => import("./registry-credentials"));

/** An organization: its images, its people, and what owners and administrators may change. */
export default function OrganizationPage({ org }: { org: string }) {
  const t = useTranslations("publishing.organizations");
  const { user } = useSession();
  const { navigate } = useNavigation();
  const { data, error, refetch } = useOrganization(org);
  const change = useOrganizationChange(org);
  if (error && !data) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return null;
  const owner = data.role === "owner" || user.administrator;
  const publisher = owner || data.role === "publisher";
  return (
    <article>
      <header className="mt-3 flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h1 className="flex items-center gap-2 text-2xl font-semibold">
            <span className="min-w-0 wrap-break-word">{data.displayName}</span>
            {data.trusted ? (
              <BadgeCheck size={20} className="shrink-0 text-accent-text" aria-label={t("trusted")} />
            ) : null}
          </h1>
          <p className="flex flex-wrap items-center gap-2 text-muted">
            <span className="font-mono">{data.name}</span>
            {data.role ? <Badge>{t(`roles.${data.role}`)}</Badge> : null}
          </p>
        </div>
        {user.administrator ? (
          <Button
            loading={change.isPending}
            onClick={() =>
              change.mutate({ method: "PUT", rest: ["trust"], body: { trusted: !data.trusted } })
            }
          >
            {t(data.trusted ? "distrust" : "trust")}
          </Button>
        ) : null}
        {publisher ? (
          <AppLink to={`/hub/-/publish?organization=${data.name}`} className={buttonClass("primary")}>
            <Upload size={16} aria-hidden />
            {t("publish")}
          </AppLink>
        ) : null}
      </header>
      {user.administrator ? <p className="mt-2 text-sm text-muted">{t("trustHint")}</p> : null}
      {data.description ? <p className="mt-3 max-w-prose wrap-break-word">{data.description}</p> : null}
      {change.error ? <ErrorState error={change.error} inline /> : null}

      <section className="mt-8">
        <h2 className="text-lg font-semibold">{t("images")}</h2>
        {data.images.length === 0 ? <p className="mt-2 text-muted">{t("noImages")}</p> : null}
        <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
          {data.images.map((image) => (
            <li key={image.repo} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <AppIcon src={image.icon} name={image.title} size={32} />
              <div className="min-w-0 flex-1">
                <AppLink to={`/hub/${org}/${image.repo}`} className="font-medium hover:underline">
                  {image.title}
                </AppLink>
                <p className="font-mono text-sm text-muted">
                  {org}/{image.repo}
                </p>
              </div>
              {image.visibility === "private" ? (
                <Badge>
                  <Lock size={12} aria-hidden /> {t("private")}
                </Badge>
              ) : null}
              {publisher ? (
                <AppLink to={`/hub/${org}/${image.repo}/edit`} className={buttonClass("secondary", "sm")}>
                  {t("edit")}
                </AppLink>
              ) : null}
            </li>
          ))}
        </ul>
      </section>

      <People organization={data} mayChange={owner} onLeft={() => navigate("/hub/-/organizations")} />
      {owner ? <Invite organization={data} /> : null}
      {publisher ? (
        <Suspense>
          <RegistryCredentials org={org} owner={owner} />
        </Suspense>
      ) : null}
      <SigningKeys organization={data} mayChange={owner} />
      {owner ? <OrganizationSettings organization={data} /> : null}
    </article>
  );
}
