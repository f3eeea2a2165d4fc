"use client";
import type { RegistryWidgetsType, WidgetProps } from "@rjsf/utils";
import { useTranslations } from "use-intl";
import { Checkbox } from "@/components/ui/checkbox";
import { cx } from "@/components/ui/cx";
import { controlClass } from "@/components/ui/field";
import { SelectControl } from "@/components/ui/select";
import { QuantityWidget } from "./quantity-widget";

function SelectWidget({
  id,
  value,
  options,
  required,
  disabled,
  readonly,
  onChange,
  placeholder,
  rawErrors,
  label,
  hideLabel,
}: WidgetProps) {
  const t = useTranslations("provider");
  const list = options.enumOptions ?? [];
  const index = list.findIndex((option) => option.value === value);
  const unknown = value !== undefined && value !== null && value !== "" && index < 0;
  return (
    <div className="max-w-80">
      <SelectControl
        id={id}
        aria-label={hideLabel ? label : undefined}
        aria-invalid={rawErrors?.length ? true : undefined}
        aria-describedby={`${id}__note ${id}__help`}
        value={unknown ? "unknown" : String(index)}
        disabled={disabled || readonly}
        onChange={(event) => onChange(list[Number(event.target.value)]?.value)}
      >
        {required && index >= 0 ? null : <option value="-1">{placeholder || t("form.choose")}</option>}
        {unknown ? <option value="unknown">{String(value)}</option> : null}
        {list.map((option, position) => (
          <option key={String(option.value)} value={String(position)}>
            {option.label}
          </option>
        ))}
      </SelectControl>
    </div>
  );
}

function CheckboxWidget({ id, value, label, schema, options, disabled, readonly, onChange }: WidgetProps) {
  return (
    <Checkbox
      id={id}
      label={label}
      help={options.description ?? schema.description}
      checked={value === true}
      disabled={disabled || readonly || false}
      onCheckedChange={onChange}
    />
  );
}

/** Several of a few: toggles in a row, in the order in which they are declared. */
function CheckboxesWidget({ id, value, options, disabled, readonly, onChange, label }: WidgetProps) {
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  const list = options.enumOptions ?? [];
  return (
    <fieldset id={id} aria-label={label} className="flex min-w-0 flex-wrap gap-1.5">
      {list.map((option) => {
        const on = chosen.includes(option.value);
        return (
          <button
            key={String(option.value)}
            type="button"
            aria-pressed={on}
            disabled={disabled || readonly}
            onClick={() =>
              onChange(on ? chosen.filter((each) => each !== option.value) : [...chosen, option.value])
            }
            className={cx(
              "h-8 rounded-md border px-2.5 text-sm",
              on
                ? "border-accent-text bg-accent-soft font-medium text-accent-text"
                : "border-line-strong hover:bg-hover",
            )}
          >
            {option.label}
          </button>
        );
      })}
    </fieldset>
  );
}

function TextareaWidget({ id, value, disabled, readonly, placeholder, onChange, rawErrors }: WidgetProps) {
  return (
    <textarea
      id={id}
      rows={4}
      aria-invalid={rawErrors?.length ? true : undefined}
      aria-describedby={`${id}__note ${id}__help`}
      value={value ?? ""}
      readOnly={readonly}
      disabled={disabled}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
      className={cx(controlClass, "font-mono")}
    />
  );
}

export const fieldWidgets: RegistryWidgetsType = {
  SelectWidget,
  RadioWidget: SelectWidget,
  CheckboxWidget,
  CheckboxesWidget,
  TextareaWidget,
  quantity: QuantityWidget,
};
