import { z } from "zod";

/** As many characters as the kind allows. */
const title = z.string().trim().max(200);
const text = z.string().max(16_384);
const time = z.iso.datetime({ offset: true }).nullable().optional();
const severity = z.enum(["info", "warning", "critical"]);

export const announcementBody = z.strictObject({
  title: title.min(1),
  text: text.optional(),
  zh: z.strictObject({ title, text }).optional(),
  severity: severity.optional(),
  from: time,
  until: time,
});

/** An announcement as administrators see it, with its Markdown. */
export const announcement = z.object({
  name: z.string(),
  title: z.string(),
  text: z.string(),
  zh: z.object({ title: z.string(), text: z.string() }),
  severity,
  from: z.string().optional(),
  until: z.string().optional(),
  html: z.string(),
  zhHtml: z.string(),
  state: z.enum(["scheduled", "shown", "ended"]),
  createdAt: z.string(),
});
