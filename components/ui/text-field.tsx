"use client";
import type { InputHTMLAttributes, ReactNode, Ref, TextareaHTMLAttributes } from "react";
import { cx } from "./cx";
import { controlClass, Field, type FieldProps } from "./field";

type Native = Omit<InputHTMLAttributes<HTMLInputElement>, "className" | "required">;

export interface TextFieldProps extends FieldProps, Native {
  /** A unit, an icon or a button inside the field. */
  before?: ReactNode;
  after?: ReactNode;
  /** For names, digests, code. */
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** One line of text. */
export function TextField({
  label,
  help,
  error,
  required,
  hideLabel,
  className,
  id,
  before,
  after,
  mono,
  type = "text",
  ...rest
}: TextFieldProps) {
  return (
    <Field {...{ label, help, error, required, hideLabel, className, id }}>
      {(wiring) => (
        <div className="relative">
          {before ? (
            <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">
              {before}
            </span>
          ) : null}
          <input
            autoComplete="off"
            spellCheck={false}
            {...rest}
            {...wiring}
            type={type}
            className={cx(controlClass, mono && "font-mono", before && "pl-9", after && "pr-11")}
          />
          {after ? (
            <span className="absolute inset-y-0 right-3 flex items-center text-muted">{after}</span>
          ) : null}
        </div>
      )}
    </Field>
  );
}

export interface TextAreaProps
  extends FieldProps,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "className" | "required"> {
  mono?: boolean;
}

/** Several lines of text. */
export function TextArea({
  label,
  help,
  error,
  required,
  hideLabel,
  className,
  id,
  mono,
  ...rest
}: TextAreaProps) {
  return (
    <Field {...{ label, help, error, required, hideLabel, className, id }}>
      {(wiring) => (
        <textarea
          rows={4}
          spellCheck={false}
          {...rest}
          {...wiring}
          className={cx(controlClass, mono && "font-mono")}
        />
      )}
    </Field>
  );
}
