import { z } from "zod";
import { route } from "@/lib/auth/route.ts";
import { announcement, announcementBody } from "../announcement.ts";

export const GET = route(
  {
    id: "listAnnouncements",
    summary: "All announcements, also those that are not shown yet or any more",
    access: "administrator",
    answer: z.array(announcement),
  },
  ({ operations, hub, visitor }) => operations.listAnnouncements(hub, visitor),
);

export const POST = route(
  {
    id: "createAnnouncement",
    summary: "Tell everybody something, now or later",
    access: "administrator",
    body: announcementBody,
    answer: announcement,
    status: 201,
  },
  ({ operations, hub, visitor, body }) => operations.makeAnnouncement(hub, visitor, body),
);
