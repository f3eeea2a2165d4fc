import { route } from "@/lib/auth/route.ts";

export const DELETE = route(
  {
    id: "signOutEverywhere",
    summary: "End every session of the person who asks: browsers and command lines",
    status: 204,
  },
  async ({ hub, visitor }) => {
    await hub.sessions.closeAll(visitor.uid);
    hub.log.info({ uid: visitor.uid }, "signed out everywhere");
    return undefined;
  },
);
