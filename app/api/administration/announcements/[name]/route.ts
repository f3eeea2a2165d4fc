import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { objectName } from "../../../parameters.ts";
import { announcement, announcementBody } from "../../announcement.ts";

const params = z.object({ name: objectName });

export const PATCH = route(
  {
    id: "changeAnnouncement",
    summary: "Change an announcement, or end it now",
    access: "administrator",
    params,
    body: announcementBody.partial().extend({ end: z.literal(true).optional() }),
    answer: announcement,
  },
  ({ operations, hub, visitor, params: { name }, body }) =>
    operations.changeAnnouncement(hub, visitor, name, body),
);

export const DELETE = route(
  {
    id: "deleteAnnouncement",
    summary: "Delete an announcement",
    access: "administrator",
    params,
    status: 204,
  },
  async ({ operations, hub, visitor, params: { name } }) => {
    await operations.deleteAnnouncement(hub, visitor, name);
    return undefined;
  },
);
