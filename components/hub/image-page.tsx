"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Ellipsis, Info, Pencil, RefreshCw, SlidersHorizontal, Trash2 } from "lucide-react";
import { lazy, Suspense, useCallback } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { AppLink, queryOf, useNavigation, withQuery } from "@/components/data/navigation";
import { useSession } from "@/components/data/session";
import { useTopic, useTopicChange } from "@/components/data/use-topic";
import { AppIcon } from "@/components/ui/app-icon";
import { Badge } from "@/components/ui/badge";
import { buttonClass, IconButton } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Menu, type MenuEntry } from "@/components/ui/menu";
import { TabPanel, Tabs } from "@/components/ui/tabs";
import { parseImageReference } from "@/lib/model/names";
import type { RepositoryDetail } from "@/lib/model/repository-views";
import type { Installation } from "@/lib/model/resources";
import { PublisherMarks } from "./card-view";
import { ImageRail } from "./image-rail";
import { ActionsTab, InputsTab, PermissionsTab, RequiresTab, TagsTab } from "./image-tabs";
import { ImageWords } from "./image-words";
import { useInstall } from "./install-host";
import { isMoving, launchOf } from "./launch";
import { LaunchButton } from "./launch-button";
import { Readme } from "./readme";
import { ImageSkeleton } from "./skeletons";
import { localized } from "./types";

const IndexingNote = lazy(() => import("./indexing-note"));
const InstallOnArrival = lazy(() => import("./install-on-arrival"));

const TABS = ["overview", "tags", "actions", "inputs", "permissions", "requires"] as const;

/** One image: what it is, what it brings, what it may do, and the one button. */
export default function ImagePage({ org, repo }: { org: string; repo: string }) {
  const t = useTranslations("hub");
  const locale = useLocale();
  const { path, navigate } = useNavigation();
  const { mayEdit } = useSession();
  const query = queryOf(path);
  const tag = query.get("tag") ?? "";
  const client = useQueryClient();
  useTopicChange(
    "catalogue",
    useCallback(() => {
      client.invalidateQueries({ queryKey: ["repository", org, repo] });
    }, [client, org, repo]),
  );
  const { data, error, refetch } = useQuery({
    queryKey: ["repository", org, repo, tag],
    queryFn: ({ signal }) =>
      api<RepositoryDetail>(
        "GET",
        `${apiPath("hub", "repositories", org, repo)}${tag ? `?tag=${encodeURIComponent(tag)}` : ""}`,
        undefined,
        { signal },
      ),
    placeholderData: (before) => before,
  });
  const installations = useTopic<Installation>("installations");

  if (error && !data) {
    return (
      <div className="mx-auto w-full max-w-[1200px] p-4 @3xl:p-8">
        <Back />
        {/* An image whose registry was never read has no page yet, and a publisher wants to know why. */}
        <Indexing org={org} repo={repo} tags={0} />
        <ErrorState
          error={error}
          title={t("imageUnreadable", { image: `${org}/${repo}` })}
          onRetry={refetch}
        />
      </div>
    );
  }
  if (!data) return <ImageSkeleton />;

  const { card } = data;
  const { title, description } = localized(card, locale);
  const signer = data.tags.find((each) => each.tag === data.tag)?.signature?.key;
  const asked = query.get("tab");
  const tab = TABS.find((each) => each === asked) ?? "overview";
  const counts: Partial<Record<(typeof TABS)[number], number>> = {
    tags: data.tags.length,
    actions: data.actions.length,
    inputs: data.inputs.length,
    permissions: data.permissions.length,
    requires: data.requires.length,
  };

  return (
    <article className="mx-auto w-full max-w-[1200px] p-4 @3xl:px-8 @3xl:py-6">
      {path.startsWith("/install/") && mayEdit ? (
        <Suspense>
          <InstallOnArrival detail={data} />
        </Suspense>
      ) : null}
      <Back />
      <header className="mt-4 flex flex-wrap items-start gap-x-4 gap-y-3">
        <AppIcon src={card.icon} name={title} size={64} />
        <div className="min-w-0 flex-1 basis-48">
          <h1 className="text-2xl font-semibold wrap-break-word">{title}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
            <span className="inline-flex items-center gap-1">
              {card.orgTitle || card.org}
              <PublisherMarks verified={card.verified} signedBy={signer} />
            </span>
            <span aria-hidden>·</span>
            <span>{t(`modes.${card.mode}`)}</span>
            <Badge className="font-mono">{data.tag}</Badge>
          </p>
        </div>
        <div className="flex w-full items-center gap-2 @lg:w-auto [&>button:first-child]:flex-1">
          <LaunchButton card={card} installations={installations} size="md" {...(tag ? { tag } : {})} />
          {data.editable ? (
            <AppLink
              to={`/hub/${org}/${repo}/edit`}
              aria-label={t("editImage")}
              className={buttonClass("secondary")}
            >
              <Pencil size={16} aria-hidden />
            </AppLink>
          ) : null}
          <MoreMenu detail={data} installations={installations.items} />
        </div>
      </header>
      {description ? <p className="mt-4 max-w-prose text-lg wrap-break-word">{description}</p> : null}
      <Indexing org={org} repo={repo} tags={data.tags.length} />
      <div className="mt-6 flex flex-col gap-8 @4xl:flex-row">
        <Tabs
          className="min-w-0 flex-1"
          label={t("sections")}
          value={tab}
          onValueChange={(next) =>
            navigate(withQuery(path, { tab: next === "overview" ? undefined : next }), { replace: true })
          }
          items={TABS.map((value) => ({
            value,
            label: t(`tabs.${value}`),
            ...(counts[value] ? { count: counts[value] } : {}),
          }))}
        >
          <TabPanel value="overview" className="pt-5">
            <Readme detail={data} />
          </TabPanel>
          <TabPanel value="tags">
            <TagsTab detail={data} />
          </TabPanel>
          <TabPanel value="actions">
            <ActionsTab detail={data} />
          </TabPanel>
          <TabPanel value="inputs">
            <InputsTab detail={data} />
          </TabPanel>
          <TabPanel value="permissions">
            <PermissionsTab detail={data} />
          </TabPanel>
          <TabPanel value="requires">
            <RequiresTab detail={data} installations={installations} />
          </TabPanel>
        </Tabs>
        <aside className="shrink-0 @4xl:w-72">
          <ImageRail detail={data} />
        </aside>
      </div>
    </article>
  );
}

function Indexing(props: { org: string; repo: string; tags: number }) {
  return (
    <ImageWords>
      <IndexingNote {...props} />
    </ImageWords>
  );
}

function Back() {
  const t = useTranslations("hub");
  return (
    <AppLink
      to="/hub"
      className="inline-flex min-h-8 items-center gap-1 rounded-md text-muted hover:text-text"
    >
      <ArrowLeft size={16} aria-hidden />
      {t("allImages")}
    </AppLink>
  );
}

function MoreMenu({
  detail,
  installations,
}: {
  detail: RepositoryDetail;
  installations: ReadonlyMap<string, Installation>;
}) {
  const t = useTranslations("hub");
  const { navigate } = useNavigation();
  const { mayEdit } = useSession();
  const { install, uninstall } = useInstall();
  const { card } = detail;
  const { state, installation } = launchOf(card, installations.values());
  if (!installation) return null;
  const name = installation.metadata.name;
  const items: MenuEntry[] = [
    {
      label: t("installationDetails"),
      icon: <Info size={16} aria-hidden />,
      onSelect: () => navigate(`/installations/${name}`),
    },
  ];
  if (mayEdit && !isMoving(state)) {
    if (
      card.latestTag &&
      state !== "UpdateAvailable" &&
      detail.tag !== "" &&
      !sameTag(installation, detail.tag)
    ) {
      items.push({
        label: t("changeTo", { tag: detail.tag }),
        icon: <RefreshCw size={16} aria-hidden />,
        onSelect: () => install({ kind: "update", card, tag: detail.tag, installation }),
      });
    }
    if (detail.inputs.length > 0) {
      items.push({
        label: t("changeInputs"),
        icon: <SlidersHorizontal size={16} aria-hidden />,
        onSelect: () => navigate(`/installations/${name}?tab=inputs`),
      });
    }
    if (card.mode === "application") {
      items.push({
        label: t("installAgain"),
        onSelect: () => install({ kind: "install", card, tag: detail.tag }),
      });
    }
    items.push("separator", {
      label: t("uninstall"),
      icon: <Trash2 size={16} aria-hidden />,
      danger: true,
      onSelect: () => uninstall(installation),
    });
  }
  return (
    <Menu items={items}>
      <IconButton label={t("more")} size="md" variant="secondary" tooltip={false}>
        <Ellipsis size={16} aria-hidden />
      </IconButton>
    </Menu>
  );
}

function sameTag(installation: Installation, tag: string): boolean {
  return parseImageReference(installation.spec.image)?.tag === tag;
}
