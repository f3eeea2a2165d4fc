"use client";
import { useMutation } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { AppLink, useNavigation } from "@/components/data/navigation";
import { ApiProblem } from "@/components/data/problem";
import { useSession } from "@/components/data/session";
import { Button, buttonClass } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Conflicts } from "./conflicts";
import { IconField } from "./icon-field";
import { LanguageTabs, type ReadmeLanguage } from "./language-tabs";
import { ReadmeField } from "./readme-field";
import { TagFields } from "./tag-fields";
import { useEditing } from "./use-editing";
import { LinkFields, WordFields } from "./word-fields";

/** What the Hub says of an image, for its publishers to write. */
export default function EditPage({ org, repo }: { org: string; repo: string }) {
  const t = useTranslations("publishing.edit");
  const { user } = useSession();
  const editing = useEditing(user.uid, org, repo);
  const { view, words, base, theirs, conflicts, save, set } = editing;
  const [locale, setLocale] = useState<ReadmeLanguage>("en");
  if (view.error && !view.data) return <ErrorState error={view.error} onRetry={() => view.refetch()} />;
  if (!view.data || !words || !base) return null;
  const problem = save.error instanceof ApiProblem ? save.error : undefined;
  const error = (field: string) => (problem?.code === "conflict" ? undefined : problem?.field(field));
  const fields = { words, image: view.data.image, set, error };
  const readme = locale === "en" ? ("readmeEn" as const) : ("readmeZh" as const);
  return (
    <form
      className="mt-3 flex flex-col gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <header className="sticky top-0 z-10 -mx-1 flex flex-wrap items-center gap-2 bg-canvas px-1 py-2">
        <h1 className="min-w-0 flex-1 basis-48 text-2xl font-semibold">{t("title")}</h1>
        <AppLink to={`/hub/${org}/${repo}/history`} className={buttonClass("quiet")}>
          <History size={16} aria-hidden />
          {t("history")}
        </AppLink>
        {editing.dirty ? <Button onClick={editing.discard}>{t("discard")}</Button> : null}
        <Button
          type="submit"
          variant="primary"
          loading={save.isPending}
          disabled={!editing.dirty || conflicts.length > 0}
        >
          {t("save")}
        </Button>
      </header>
      <p role="status" className="text-sm text-muted empty:hidden">
        {editing.restored ? (
          <>
            {t("draft")} <RelativeTime value={editing.restored} />
          </>
        ) : save.isSuccess && !editing.dirty ? (
          editing.taken.length > 0 ? (
            t("savedWith", { fields: editing.taken.map((field) => t(`fields.${field}`)).join(", ") })
          ) : (
            t("saved")
          )
        ) : null}
      </p>
      {conflicts.length > 0 && theirs ? (
        <Conflicts fields={conflicts} base={base} mine={words} theirs={theirs} onChoose={editing.choose} />
      ) : null}
      {save.error && problem?.code !== "conflict" ? <ErrorState error={save.error} inline /> : null}
      <section className="flex flex-col gap-4">
        <IconField
          value={words.icon}
          otherwise={`/api/hub/repositories/${org}/${repo}/icon`}
          name={words.title ?? repo}
          error={error("icon")}
          onChange={(icon) => set({ icon })}
        />
        <p className="text-sm text-muted">{t("emptyMeans")}</p>
        <WordFields {...fields} />
        <LinkFields {...fields} />
      </section>
      <section>
        <h2 className="text-lg font-semibold">README</h2>
        <LanguageTabs value={locale} onValueChange={setLocale}>
          <ReadmeField
            key={readme}
            label={t(`fields.${readme}`)}
            lang={locale}
            value={words[readme] ?? ""}
            error={error(readme)}
            onChange={(text) => set({ [readme]: text })}
          />
        </LanguageTabs>
      </section>
      <section>
        <h2 className="mb-3 text-lg font-semibold">{t("tags")}</h2>
        <TagFields {...fields} tags={view.data.tags} />
      </section>
      <Visibility org={org} repo={repo} visibility={view.data.visibility} onChanged={() => view.refetch()} />
    </form>
  );
}

interface VisibilityProps {
  org: string;
  repo: string;
  visibility: "public" | "private";
  onChanged: () => void;
}

/** Who sees it, and its end. */
function Visibility({ org, repo, visibility, onChanged }: VisibilityProps) {
  const t = useTranslations("publishing.edit");
  const { navigate } = useNavigation();
  const path = apiPath("hub", "repositories", org, repo);
  const other = visibility === "public" ? "private" : "public";
  const change = useMutation({
    mutationFn: () => api("PATCH", path, { visibility: other }),
    onSuccess: onChanged,
  });
  const remove = useMutation({
    mutationFn: () => api("DELETE", path),
    onSuccess: () => navigate(`/hub/-/organizations/${org}`, { replace: true }),
  });
  return (
    <section className="border-t border-line pt-6">
      <p>{t(`visibility.${visibility}`)}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button loading={change.isPending} onClick={() => change.mutate()}>
          {t(`make.${other}`)}
        </Button>
        <Button variant="danger" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("unpublish")}
        </Button>
      </div>
      <p className="mt-2 text-sm text-muted">{t("unpublishHint")}</p>
      {change.error ? <ErrorState error={change.error} inline /> : null}
      {remove.error ? <ErrorState error={remove.error} inline /> : null}
    </section>
  );
}
