"use client";
import { ChevronDown } from "lucide-react";
import type { SelectHTMLAttributes } from "react";
import { cx } from "./cx";
import { controlClass, Field, type FieldProps } from "./field";

export interface SelectProps
  extends FieldProps,
    Omit<SelectHTMLAttributes<HTMLSelectElement>, "className" | "required" | "onChange"> {
  options: { value: string; label: string; disabled?: boolean }[];
  onValueChange: (value: string) => void;
  /** Shown while nothing is chosen. */
  placeholder?: string;
}

/** One of a list. The platform's own control: it is the one that works on every phone and with every reader. */
export function Select({
  label,
  help,
  error,
  required,
  hideLabel,
  className,
  id,
  options,
  onValueChange,
  placeholder,
  ...rest
}: SelectProps) {
  return (
    <Field {...{ label, help, error, required, hideLabel, className, id }}>
      {(wiring) => (
        <SelectControl {...rest} {...wiring} onChange={(event) => onValueChange(event.target.value)}>
          {placeholder === undefined ? null : (
            <option value="" disabled={required}>
              {placeholder}
            </option>
          )}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </SelectControl>
      )}
    </Field>
  );
}

/** The control alone, for a form that has labels of its own. */
export function SelectControl(props: Omit<SelectHTMLAttributes<HTMLSelectElement>, "className">) {
  return (
    <div className="relative">
      <select {...props} className={cx(controlClass, "appearance-none truncate pr-9")} />
      <ChevronDown
        size={16}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-3 my-auto text-muted"
      />
    </div>
  );
}
