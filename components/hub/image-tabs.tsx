"use client";
import { Check, CircleAlert, Package, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { AppLink, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { Reason, ReasonMessages } from "@/components/i18n/reason";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import { RelativeTime } from "@/components/ui/relative-time";
import { formatBytes } from "@/components/ui/units";
import type { RepositoryDetail } from "@/lib/model/repository-views";
import type { InputDeclaration, Installation } from "@/lib/model/resources";
import { CardView } from "./card-view";
import { GrantPanel } from "./grant-panel";
import { requirementText } from "./names";
import { CardGrid } from "./skeletons";

interface TabProps {
  detail: RepositoryDetail;
}

/** Every tag, newest first; choosing one shows the page as of that tag. */
export function TagsTab({ detail }: TabProps) {
  const t = useTranslations("hub");
  const locale = useLocale();
  const { path } = useNavigation();
  if (detail.tags.length === 0) return <Nothing>{t("noTags")}</Nothing>;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {detail.tags.map((tag) => (
        <li key={tag.tag} className="px-4 py-3">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <AppLink
              to={withQuery(path, { tag: tag.tag })}
              replace
              aria-current={tag.tag === detail.tag ? "true" : undefined}
              className="inline-flex min-h-8 items-center rounded-md font-mono font-medium text-accent-text hover:underline"
            >
              {tag.tag}
            </AppLink>
            {tag.tag === detail.tag ? <Badge tone="accent">{t("shownTag")}</Badge> : null}
            {tag.tag === detail.card.latestTag ? <Badge tone="ok">{t("latestTag")}</Badge> : null}
            {tag.deprecated ? <Badge tone="warn">{t("deprecated")}</Badge> : null}
            <span className="ml-auto flex items-center gap-3 text-sm text-muted">
              {tag.size === undefined ? null : (
                <span className="tabular-nums">{formatBytes(tag.size, locale)}</span>
              )}
              <RelativeTime value={tag.createdAt} />
            </span>
          </div>
          <div className="flex max-w-sm items-center text-muted">
            <MiddleTruncate text={tag.digest} tail={8} mono className="text-sm" />
            <CopyButton text={tag.digest} name={t("rail.digest")} />
          </div>
          {tag.deprecatedReason ? (
            <p className="mt-1 max-w-prose text-warn">
              {t("deprecatedWhy", { reason: tag.deprecatedReason })}
            </p>
          ) : null}
          {tag.releaseNotes ? (
            <p className="mt-1 max-w-prose whitespace-pre-line">{tag.releaseNotes}</p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** What the image can do, and when it does it. */
export function ActionsTab({ detail }: TabProps) {
  const t = useTranslations("hub");
  if (detail.actions.length === 0) return <Nothing>{t("noActions")}</Nothing>;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {detail.actions.map((action) => (
        <li key={action.name} className="px-4 py-3">
          <div className="flex flex-wrap items-center gap-2">
            <h3 className="font-medium">{action.title ?? action.name}</h3>
            <code className="font-mono text-sm text-muted">{action.name}</code>
            <Badge>{t(action.phase ? `phases.${action.phase}` : "phases.manual")}</Badge>
          </div>
          {action.description ? <p className="mt-1 max-w-prose text-muted">{action.description}</p> : null}
          <p className="mt-1 text-sm text-muted">{t(`by.${action.by}`)}</p>
        </li>
      ))}
    </ul>
  );
}

/** What can be set when installing, and what is drawn by itself. */
export function InputsTab({ detail }: TabProps) {
  const t = useTranslations("hub");
  if (detail.inputs.length + detail.generated.length === 0) return <Nothing>{t("noInputs")}</Nothing>;
  return (
    <div className="flex flex-col gap-6">
      {detail.inputs.length > 0 ? (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {detail.inputs.map((input) => (
            <InputRow key={input.name} input={input} />
          ))}
        </ul>
      ) : null}
      {detail.generated.length > 0 ? (
        <section>
          <h3 className="font-semibold">{t("generated")}</h3>
          <p className="mt-1 text-muted">{t("generatedHint")}</p>
          <ul className="mt-2 flex flex-wrap gap-1.5">
            {detail.generated.map((value) => (
              <li key={value.name}>
                <Badge className="font-mono">{value.name}</Badge>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function InputRow({ input }: { input: InputDeclaration }) {
  const t = useTranslations("hub");
  const locale = useLocale();
  const title = input.i18n?.[locale]?.title ?? input.title;
  const description = input.i18n?.[locale]?.description ?? input.description;
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        {title ? <span className="font-medium">{title}</span> : null}
        <code className="font-mono font-medium">{input.name}</code>
        <span className="text-sm text-muted">{t(`types.${input.type}`)}</span>
        {input.required ? <Badge tone="accent">{t("required")}</Badge> : null}
        {input.secret ? <Badge>{t("secret")}</Badge> : null}
      </div>
      {description ? <p className="mt-1 max-w-prose text-muted wrap-break-word">{description}</p> : null}
      {input.options?.length ? (
        <p className="mt-1 text-sm">
          {t("options")} <span className="text-muted">{input.options.join(", ")}</span>
        </p>
      ) : null}
      {input.default && !input.secret ? (
        <p className="mt-1 text-sm">
          {t("default")} <code className="font-mono text-muted">{input.default}</code>
        </p>
      ) : null}
    </li>
  );
}

/** What installing it grants, in the publisher's words; the plan says it exactly. */
export function PermissionsTab({ detail }: TabProps) {
  const t = useTranslations("hub");
  const { user } = useSession();
  const locale = useLocale();
  return (
    <ReasonMessages>
      <div className="max-w-prose">
        {detail.permissions.length === 0 ? (
          <p className="flex items-start gap-2">
            <ShieldCheck size={18} aria-hidden className="mt-0.5 shrink-0 text-ok" />
            {t("noPermissions")}
          </p>
        ) : (
          <ul className="flex flex-col gap-3">
            {detail.permissions.map((permission) => (
              <li key={permission.message} className="flex items-start gap-2">
                <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
                <span className="min-w-0 wrap-break-word">
                  {permission.i18n[locale] ?? <Reason of={permission} />}
                </span>
              </li>
            ))}
          </ul>
        )}
        <p className="mt-4 text-muted">{t("permissionsHint")}</p>
      </div>
      {user.administrator && detail.card.mode !== "application" ? <GrantPanel detail={detail} /> : null}
    </ReasonMessages>
  );
}

/** What has to be there first, and what offers it. */
export function RequiresTab({
  detail,
  installations,
}: TabProps & { installations: { items: ReadonlyMap<string, Installation>; ready: boolean } }) {
  const t = useTranslations("hub");
  if (detail.requires.length === 0) return <Nothing>{t("noRequires")}</Nothing>;
  return (
    <ul className="flex flex-col gap-4">
      {detail.requires.map((need) => (
        <li key={requirementText(need.requirement)}>
          <p className="mb-2 flex items-center gap-2">
            {need.satisfied ? (
              <Check size={16} aria-hidden className="shrink-0 text-ok" />
            ) : (
              <Package size={16} aria-hidden className="shrink-0 text-muted" />
            )}
            <span className="min-w-0">
              {need.title ? <span className="font-medium">{need.title} </span> : null}
              <code className="font-mono text-sm text-muted wrap-break-word">
                {requirementText(need.requirement)}
              </code>
            </span>
            <Badge tone={need.satisfied ? "ok" : "neutral"}>
              {t(need.satisfied ? "satisfied" : need.providedBy ? "comesAlong" : "nobodyProvides")}
            </Badge>
          </p>
          {need.providedBy ? (
            <CardGrid>
              <CardView card={need.providedBy} installations={installations} />
            </CardGrid>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="py-6 text-muted">{children}</p>;
}
