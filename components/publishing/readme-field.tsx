"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { useSettled } from "@/components/data/use-settled";
import { ErrorState } from "@/components/ui/error-state";
import { ServerHtml } from "@/components/ui/server-html";

const MarkdownEditor = lazy(() => import("./markdown-editor"));
const DELAY_MS = 400;

interface ReadmeFieldProps {
  label: string;
  lang: string;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

/** A README beside what the server makes of it: the same code as on the image's page. */
export function ReadmeField({ label, lang, value, error, onChange }: ReadmeFieldProps) {
  const t = useTranslations("publishing.edit");
  const settled = useSettled(value, DELAY_MS);
  const preview = useQuery({
    queryKey: ["readme-preview", settled],
    queryFn: ({ signal }) =>
      api<{ html: string }>("POST", "/api/hub/preview", { markdown: settled }, { signal }),
    enabled: settled.trim() !== "",
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">{label}</h3>
      {error ? (
        <p role="alert" className="mb-1 flex items-start gap-1 text-sm text-danger">
          <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
          {error}
        </p>
      ) : null}
      <div className="grid gap-4 @3xl:grid-cols-2">
        <Suspense fallback={<div className="h-[26rem] rounded-md border border-line-strong bg-surface" />}>
          <MarkdownEditor label={label} value={value} onChange={onChange} />
        </Suspense>
        <section
          aria-label={t("previewOf", { name: label })}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached with the keyboard
          tabIndex={0}
          className="h-[26rem] overflow-auto rounded-md border border-line bg-surface p-4"
        >
          {settled.trim() === "" ? (
            <p className="text-muted">{t("previewEmpty")}</p>
          ) : preview.error ? (
            <ErrorState error={preview.error} onRetry={() => preview.refetch()} inline />
          ) : (
            <ServerHtml html={preview.data?.html ?? ""} lang={lang} />
          )}
        </section>
      </div>
    </div>
  );
}
