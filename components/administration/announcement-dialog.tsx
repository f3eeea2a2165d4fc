"use client";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { ApiProblem } from "@/components/data/problem";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { ServerHtml } from "@/components/ui/server-html";
import { TextArea, TextField } from "@/components/ui/text-field";
import type { AnnouncementRow } from "@/lib/model/administration-views";
import { localTime, timeOf } from "./local-time";
import { useAdministrationChange } from "./use-administration";

/** As many characters as an announcement may have. */
const MOST = { title: 200, text: 16_384 };
const SEVERITIES = ["info", "warning", "critical"] as const;

interface AnnouncementDialogProps {
  /** Undefined: a new one. */
  announcement: AnnouncementRow | undefined;
  onClose: () => void;
}

/** Writes an announcement in English and Chinese, with when it is shown and how much it matters. */
export function AnnouncementDialog({ announcement, onClose }: AnnouncementDialogProps) {
  const t = useTranslations("administration.announcements");
  const form = useId();
  const save = useAdministrationChange();
  const [title, setTitle] = useState(announcement?.title ?? "");
  const [text, setText] = useState(announcement?.text ?? "");
  const [zh, setZh] = useState(announcement?.zh ?? { title: "", text: "" });
  const [severity, setSeverity] = useState<AnnouncementRow["severity"]>(announcement?.severity ?? "info");
  const [from, setFrom] = useState(() => localTime(announcement?.from));
  const [until, setUntil] = useState(() => localTime(announcement?.until));
  const [tried, setTried] = useState(false);
  const late =
    timeOf(until) !== null && timeOf(from) !== null && (timeOf(until) ?? "") <= (timeOf(from) ?? "");
  const problem = save.error instanceof ApiProblem ? save.error : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!title.trim() || late || save.isPending) return;
    save.mutate(
      {
        method: announcement ? "PATCH" : "POST",
        path: ["administration", "announcements", ...(announcement ? [announcement.name] : [])],
        body: { title, text, zh, severity, from: timeOf(from), until: timeOf(until) },
      },
      { onSuccess: onClose },
    );
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="lg"
      title={t(announcement ? "editTitle" : "writeTitle")}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={form} variant="primary" loading={save.isPending}>
            {t(announcement ? "save" : "publish")}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-3">
          <Select
            label={t("severity")}
            value={severity}
            options={SEVERITIES.map((value) => ({ value, label: t(`severities.${value}`) }))}
            onValueChange={(value) => setSeverity(SEVERITIES.find((each) => each === value) ?? "info")}
          />
          <TextField
            type="datetime-local"
            label={t("from")}
            help={t("fromHint")}
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          <TextField
            type="datetime-local"
            label={t("untilLabel")}
            help={t("untilHint")}
            error={late ? t("late") : problem?.field("until")}
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        </div>
        <TextField
          required
          label={t("title")}
          maxLength={MOST.title}
          error={tried && !title.trim() ? t("titleMissing") : undefined}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextArea
          label={t("text")}
          help={t("textHint")}
          maxLength={MOST.text}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <TextField
          label={t("titleZh")}
          lang="zh"
          maxLength={MOST.title}
          value={zh.title}
          onChange={(event) => setZh({ ...zh, title: event.target.value })}
        />
        <TextArea
          label={t("textZh")}
          help={t("zhHint")}
          lang="zh"
          maxLength={MOST.text}
          value={zh.text}
          onChange={(event) => setZh({ ...zh, text: event.target.value })}
        />
        <Preview texts={[text, zh.text]} />
        {save.error && !problem?.problem.fields ? <ErrorState error={save.error} inline /> : null}
      </form>
    </Dialog>
  );
}

/** Both texts as everybody will see them, once asked for. */
function Preview({ texts }: { texts: string[] }) {
  const t = useTranslations("administration.announcements");
  const [asked, setAsked] = useState<string[]>();
  const { data, error, isFetching } = useQuery({
    queryKey: ["announcement-preview", asked],
    queryFn: ({ signal }) =>
      Promise.all(
        (asked ?? []).map((markdown) =>
          api<{ html: string }>("POST", "/api/hub/preview", { markdown }, { signal }),
        ),
      ),
    enabled: asked !== undefined,
    gcTime: 0,
  });
  return (
    <div>
      <Button
        size="sm"
        loading={isFetching}
        onClick={() => setAsked(texts.filter((text) => text.trim() !== ""))}
      >
        {t("preview")}
      </Button>
      {error ? <ErrorState error={error} inline /> : null}
      <div aria-live="polite" className="mt-2 flex flex-col gap-3">
        {data?.map(({ html }) => (
          <ServerHtml
            key={html}
            html={html}
            className="max-w-prose rounded-md border border-line p-3 text-sm"
          />
        ))}
      </div>
    </div>
  );
}
