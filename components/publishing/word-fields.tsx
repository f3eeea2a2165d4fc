"use client";
import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button, IconButton } from "@/components/ui/button";
import { TextArea, TextField } from "@/components/ui/text-field";
import type { RepositoryWords } from "@/lib/model/words";

export interface FieldsProps {
  words: RepositoryWords;
  image: RepositoryWords;
  set: (changes: Partial<RepositoryWords>) => void;
  error: (field: string) => string | undefined;
}

/** Titles, descriptions, categories and keywords. What is empty is as the image has it. */
export function WordFields({ words, image, set, error }: FieldsProps) {
  const t = useTranslations("publishing.edit");
  const list = (text: string) => text.split(/[,，、]/).map((word) => word.trimStart());
  return (
    <div className="grid gap-4 @2xl:grid-cols-2">
      {(["title", "titleZh"] as const).map((field) => (
        <TextField
          key={field}
          label={t(`fields.${field}`)}
          value={words[field] ?? ""}
          placeholder={image[field]}
          error={error(field)}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      ))}
      {(["description", "descriptionZh"] as const).map((field) => (
        <TextArea
          key={field}
          rows={3}
          label={t(`fields.${field}`)}
          value={words[field] ?? ""}
          placeholder={image[field]}
          error={error(field)}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      ))}
      {(["categories", "keywords"] as const).map((field) => (
        <TextField
          key={field}
          label={t(`fields.${field}`)}
          help={t("listHelp")}
          value={(words[field] ?? []).join(", ")}
          placeholder={image[field]?.join(", ")}
          error={error(field)}
          onChange={(event) => set({ [field]: event.target.value === "" ? [] : list(event.target.value) })}
        />
      ))}
    </div>
  );
}

/** Addresses that the image's page shows beside the README. */
export function LinkFields({ words, set, error }: FieldsProps) {
  const t = useTranslations("publishing.edit");
  const links = words.links ?? [];
  const change = (at: number, part: Partial<(typeof links)[number]>) =>
    set({ links: links.map((link, index) => (index === at ? { ...link, ...part } : link)) });
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{t("fields.links")}</legend>
      <ul className="flex flex-col gap-2">
        {links.map((link, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: links have no other identity while they are typed
          <li key={index} className="flex items-start gap-2">
            <TextField
              label={t("linkName")}
              hideLabel
              placeholder={t("linkName")}
              className="w-40 shrink-0"
              value={link.name}
              onChange={(event) => change(index, { name: event.target.value })}
            />
            <TextField
              label={t("linkAddress")}
              hideLabel
              placeholder="https://"
              className="min-w-0 flex-1"
              value={link.url}
              error={error(`links.${index}`)}
              onChange={(event) => change(index, { url: event.target.value })}
            />
            <IconButton
              label={t("removeLink", { name: link.name || String(index + 1) })}
              onClick={() => set({ links: links.filter((_, at) => at !== index) })}
            >
              <X size={16} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <Button
        size="sm"
        className="mt-2"
        icon={<Plus size={14} aria-hidden />}
        onClick={() => set({ links: [...links, { name: "", url: "" }] })}
      >
        {t("addLink")}
      </Button>
    </fieldset>
  );
}
