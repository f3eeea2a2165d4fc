"use client";
import { Eye, EyeOff } from "lucide-react";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type TextareaHTMLAttributes,
  useState,
} from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "./button";
import { cx } from "./cx";
import { controlClass, Field, type FieldProps } from "./field";

type Native = Omit<InputHTMLAttributes<HTMLInputElement>, "className" | "required">;

export interface TextFieldProps extends FieldProps, Native {
  /** A unit or an icon inside the field. */
  before?: ReactNode;
  after?: ReactNode;
  /** For names, digests, code. */
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** One line of text. `type="password"` gets a button that shows it. */
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
  const t = useTranslations("common");
  const [shown, setShown] = useState(false);
  const secret = type === "password";
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
            autoComplete={secret ? "new-password" : "off"}
            spellCheck={false}
            {...rest}
            {...wiring}
            type={secret && shown ? "text" : type}
            className={cx(controlClass, mono && "font-mono", before && "pl-9", (after || secret) && "pr-11")}
          />
          {secret ? (
            <IconButton
              label={shown ? t("hide") : t("show")}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
              className="absolute top-0.5 right-0.5"
            >
              {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
            </IconButton>
          ) : after ? (
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
