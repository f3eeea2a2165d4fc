import type { ReactNode } from "react";
import type { Area } from "./area";
import { loadMessages } from "./load";
import { MoreMessages } from "./messages";
import { requestLocale } from "./server";

/** For a page (server component): gives what it draws the messages of an area, without a second request. */
export async function WithMessages({ area, children }: { area: Area; children: ReactNode }) {
  return <MoreMessages messages={await loadMessages(await requestLocale(), [area])}>{children}</MoreMessages>;
}
