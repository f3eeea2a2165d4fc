import { route } from "@/lib/auth/route.ts";
import { SpokenProblem } from "@/lib/hub/messages.ts";

/** What no other route answers: without this, a client of the API would be sent the page for people. */
const nothing = route(
  { id: "unknownRoute", summary: "There is no such route", access: "public" },
  ({ request }) => {
    throw new SpokenProblem("route-unknown", { path: new URL(request.url).pathname.slice(0, 200) });
  },
);

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
