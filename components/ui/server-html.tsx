"use client";
import type { HTMLAttributes } from "react";
import { cx } from "./cx";
import "./server-html.css";

interface ServerHtmlProps
  extends Omit<HTMLAttributes<HTMLDivElement>, "children" | "dangerouslySetInnerHTML"> {
  /** As the server made it of Markdown. */
  html: string;
}

/** Markdown that the server has made into HTML: the one place where markup of others comes into the page. */
export function ServerHtml({ html, className, ...rest }: ServerHtmlProps) {
  return (
    <div
      {...rest}
      className={cx("readme", className)}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server with an allow-list; the page's policy forbids scripts besides
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
