import type { Locale } from "../locale.ts";
import type { Resource } from "./resource.ts";

export interface WindowBounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DesktopWindow {
  /** Unique on this desktop: the App's name, or a system app (`system-hub`). */
  app: string;
  state: "normal" | "minimized" | "maximized";
  bounds: WindowBounds;
  z: number;
  /** Where the page inside stands, e.g. `/hub/labring/affine?tab=tags`. */
  path?: string;
}

/** One per tenant namespace, named `default`. */
export type Desktop = Resource<
  "Desktop",
  {
    icons?: { app: string; column: number; row: number }[];
    dock?: string[];
    windows?: DesktopWindow[];
    wallpaper?: string;
    theme?: "light" | "dark" | "contrast" | "system";
    locale?: Locale;
  }
>;

/** `app.sealos.io/v1 App`, the public Sealos shape: an icon on the desktop. */
export type App = Resource<
  "App",
  {
    name: string;
    icon: string;
    type: "iframe" | "app" | "link";
    displayType?: "normal" | "more" | "hidden";
    data?: { url?: string; desc?: string };
    menuData?: { name: string; link: string }[];
    position?: string;
    i18n?: Record<string, { name?: string }>;
  }
>;
