"use client";
import { useTranslations } from "use-intl";
import { Checkbox } from "@/components/ui/checkbox";
import { Select } from "@/components/ui/select";
import { TextArea, TextField } from "@/components/ui/text-field";
import type { EditView } from "@/lib/model/editing-views";
import type { TagWords } from "@/lib/model/resources";
import type { FieldsProps } from "./word-fields";

/** Which tag is the latest, and what is said of each. */
export function TagFields({ words, set, error, tags }: FieldsProps & { tags: EditView["tags"] }) {
  const t = useTranslations("publishing.edit");
  if (tags.length === 0) return <p className="text-muted">{t("noTags")}</p>;
  const said = words.tags ?? [];
  const change = (name: string, part: Partial<TagWords>) => {
    const next = { ...(said.find((each) => each.name === name) ?? { name }), ...part };
    const empty = !next.releaseNotes && next.deprecated === undefined && !next.deprecatedReason;
    set({ tags: [...said.filter((each) => each.name !== name), ...(empty ? [] : [next])] });
  };
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={t("fields.latest")}
        className="max-w-xs"
        value={words.latest ?? ""}
        error={error("latest")}
        options={[
          { value: "", label: t("latestByVersion") },
          ...tags.map(({ name }) => ({ value: name, label: name })),
        ]}
        onValueChange={(latest) => set({ latest })}
      />
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {tags.map((tag) => {
          const own = said.find(({ name }) => name === tag.name);
          const deprecated = own?.deprecated ?? tag.deprecated ?? false;
          return (
            <li key={tag.name} className="flex flex-col gap-3 px-4 py-3">
              <div className="flex flex-wrap items-center gap-4">
                <h3 className="min-w-0 flex-1 truncate font-mono font-medium">{tag.name}</h3>
                <Checkbox
                  label={t("deprecated")}
                  checked={deprecated}
                  onCheckedChange={(next) => change(tag.name, { deprecated: next })}
                />
              </div>
              {deprecated ? (
                <TextField
                  label={t("deprecatedReason", { tag: tag.name })}
                  value={own?.deprecatedReason ?? ""}
                  error={error(`tags.${tag.name}.deprecatedReason`)}
                  onChange={(event) => change(tag.name, { deprecatedReason: event.target.value })}
                />
              ) : null}
              <TextArea
                rows={2}
                label={t("releaseNotes", { tag: tag.name })}
                value={own?.releaseNotes ?? ""}
                placeholder={tag.releaseNotes}
                error={error(`tags.${tag.name}.releaseNotes`)}
                onChange={(event) => change(tag.name, { releaseNotes: event.target.value })}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
