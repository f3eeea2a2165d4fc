import type { Cluster } from "../cluster/index.ts";

/**
 * A view of the cluster that writes only while `leading` says so: what was begun under a lease that has passed on must
 * not be finished. Reading is always allowed.
 */
export function fenced(cluster: Cluster, leading: () => boolean): Cluster {
  return guard(cluster.as(""), cluster, leading);
}

/** `as("")` is the same account through another object, so that the given one stays as it is. */
function guard(view: Cluster, origin: Cluster, leading: () => boolean): Cluster {
  const request = view.request.bind(view);
  view.request = async (method, path, options) => {
    if (method !== "GET" && !leading())
      throw new Error("the lease is another manager's by now; nothing is written");
    return request(method, path, options);
  };
  view.as = (user) => guard(origin.as(user), origin, leading);
  return view;
}
