"use client";
import { useId, useRef } from "react";
import { useTranslations } from "use-intl";
import { AppIcon } from "@/components/ui/app-icon";
import { Button } from "@/components/ui/button";

interface IconFieldProps {
  value: string | undefined;
  /** The image's own. */
  otherwise: string;
  name: string;
  error: string | undefined;
  onChange: (icon: string) => void;
}

/** The icon: a file of the reader's, which the server checks by its bytes. */
export function IconField({ value, otherwise, name, error, onChange }: IconFieldProps) {
  const t = useTranslations("publishing.edit");
  const input = useRef<HTMLInputElement>(null);
  const note = useId();
  const read = (file: File | undefined) => {
    if (!file) return;
    const reader = new FileReader();
    reader.onload = () => onChange(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <div className="flex items-center gap-4">
      <AppIcon src={value ?? otherwise} name={name} size={56} />
      <div>
        <div className="flex flex-wrap gap-2">
          <Button
            size="sm"
            onClick={() => input.current?.click()}
            aria-describedby={error ? note : undefined}
          >
            {t("chooseIcon")}
          </Button>
          {value ? (
            <Button size="sm" onClick={() => onChange("")}>
              {t("imageIcon")}
            </Button>
          ) : null}
        </div>
        <input
          ref={input}
          type="file"
          aria-label={t("chooseIcon")}
          accept="image/svg+xml,image/png,image/webp"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            read(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        {error ? (
          <p id={note} role="alert" className="mt-1 text-sm text-danger">
            {error}
          </p>
        ) : (
          <p className="mt-1 text-sm text-muted">{t("iconHelp")}</p>
        )}
      </div>
    </div>
  );
}
