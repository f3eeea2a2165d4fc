"use client";
import { ChevronRight, Sparkles } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { Badge } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/checkbox";
import { PasswordField } from "@/components/ui/password-field";
import { Select } from "@/components/ui/select";
import { TextField } from "@/components/ui/text-field";
import type { InputDeclaration } from "@/lib/model/resources";
import { isGenerated, shownInputs, type Values } from "./inputs";

interface InputsFormProps {
  inputs: readonly InputDeclaration[];
  values: Values;
  onChange: (name: string, value: string) => void;
  onLeave: (name: string) => void;
  /** By input's name: words to show at the field. */
  errors: Record<string, string>;
  /** Names of drawn values, which need no field. */
  generated?: readonly { name: string; description?: string }[];
  /** Secret inputs that are set already: leaving them empty keeps them. */
  kept?: ReadonlySet<string>;
  /** Inputs that the installed version does not have. */
  fresh?: ReadonlySet<string>;
  disabled?: boolean;
}

/** Fields for an image's inputs: required ones first, the rest folded when there are required ones. */
export function InputsForm({ inputs, values, errors, generated = [], ...rest }: InputsFormProps) {
  const t = useTranslations("installation");
  const { required, optional } = shownInputs(inputs, values);
  const field = (input: InputDeclaration) => (
    <InputField
      key={input.name}
      input={input}
      value={values[input.name] ?? ""}
      error={errors[input.name]}
      {...rest}
    />
  );
  const fold = required.length > 0 && optional.length > 0;
  const open = optional.some((input) => errors[input.name] || rest.fresh?.has(input.name));
  return (
    <div className="flex flex-col gap-4">
      {required.map(field)}
      {fold ? (
        <details className="group" open={open || undefined}>
          <summary className="-mx-1 flex min-h-9 list-none items-center gap-1 rounded-md px-1 font-medium hover:bg-hover">
            <ChevronRight size={16} aria-hidden className="transition-transform group-open:rotate-90" />
            {t("optional")}
            <span className="text-sm font-normal text-muted tabular-nums">{optional.length}</span>
          </summary>
          <div className="mt-3 flex flex-col gap-4">{optional.map(field)}</div>
        </details>
      ) : (
        optional.map(field)
      )}
      {inputs.length === 0 ? <p className="text-muted">{t("nothingToSet")}</p> : null}
      {generated.length > 0 ? (
        <p className="flex items-start gap-2 rounded-md bg-sunken px-3 py-2 text-sm text-muted">
          <Sparkles size={14} aria-hidden className="mt-1 shrink-0" />
          <span className="min-w-0 wrap-break-word">
            {t("generatedValues", { count: generated.length })}{" "}
            <span className="font-mono">{generated.map((value) => value.name).join(", ")}</span>
          </span>
        </p>
      ) : null}
    </div>
  );
}

interface InputFieldProps
  extends Pick<InputsFormProps, "onChange" | "onLeave" | "kept" | "fresh" | "disabled"> {
  input: InputDeclaration;
  value: string;
  error: string | undefined;
}

function InputField({ input, value, error, onChange, onLeave, kept, fresh, disabled }: InputFieldProps) {
  const t = useTranslations("installation");
  const locale = useLocale();
  const help = input.i18n?.[locale]?.description ?? input.description;
  const name = labelOf(input, locale);
  const label = fresh?.has(input.name) ? (
    <>
      {name} <Badge tone="accent">{t("plan.new")}</Badge>
    </>
  ) : (
    name
  );
  const set = (next: string) => onChange(input.name, next);
  if (input.type === "boolean") {
    return (
      <div>
        <Checkbox
          label={label}
          help={help}
          checked={value === "true"}
          disabled={disabled}
          onCheckedChange={(checked) => set(String(checked))}
        />
        {error ? <p className="text-sm text-danger">{error}</p> : null}
      </div>
    );
  }
  const common = { label, help, error, required: input.required, disabled };
  if (input.type === "choice") {
    return (
      <Select
        {...common}
        value={value}
        onValueChange={set}
        options={(input.options ?? []).map((option) => ({ value: option, label: option }))}
        {...(value === "" || !input.required ? { placeholder: t("choose") } : {})}
      />
    );
  }
  const placeholder = kept?.has(input.name)
    ? t("keptSecret")
    : isGenerated(input)
      ? t("generatedValue")
      : undefined;
  const Line = input.secret ? PasswordField : TextField;
  return (
    <Line
      {...common}
      inputMode={input.type === "number" ? "decimal" : undefined}
      name={input.name}
      value={value}
      placeholder={placeholder}
      onChange={(event) => set(event.target.value)}
      onBlur={() => onLeave(input.name)}
    />
  );
}

/** What stands above an input's field. */
function labelOf({ name, title, i18n }: InputDeclaration, locale: string): string {
  return i18n?.[locale]?.title ?? title ?? words(name);
}

/** An input's name as words: `SMTP_HOST` and `smtp_host` → "SMTP host", `adminPassword` → "Admin password". */
export function words(name: string): string {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[\s_-]+/)
    .filter(Boolean)
    .map((part) => {
      const lower = part.toLowerCase();
      return ACRONYMS.has(lower) ? part.toUpperCase() : lower;
    });
  const text = parts.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ACRONYMS = new Set([
  "smtp",
  "url",
  "uri",
  "id",
  "api",
  "ip",
  "tls",
  "ssl",
  "ssh",
  "db",
  "s3",
  "cpu",
  "http",
  "https",
  "ai",
  "oidc",
  "jwt",
  "tz",
  "ui",
]);
