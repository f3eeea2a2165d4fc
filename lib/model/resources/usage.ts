import type { Resource } from "./resource.ts";

/** What a workspace used on one day (UTC), which is its name. */
export type Usage = Resource<
  "Usage",
  object,
  {
    /** Until when it goes. */
    upTo?: string;
    /** ISO 4217; absent where the cluster has no prices. */
    currency?: string;
    /** By installation, by instance (`postgresql/orders`), or `other`. `cost` is in integer micro-units. */
    apps?: Record<
      string,
      {
        cpuSeconds: number;
        memoryByteSeconds: number;
        storageByteSeconds: number;
        loadBalancerSeconds?: number;
        /**
         * What was counted by meter and price. `amount`: hours of a unit, for counters units; `price`: of one, as a
         * decimal number; `cost`: in integer micro-units. Images' own meters are here whether they have a price or not.
         */
        charges?: {
          meter: string;
          unit: string;
          per: "hour" | "each";
          amount: number;
          price?: string;
          cost?: number;
          /** Of a counter: what it showed when this was written. */
          reading?: number;
        }[];
        cost?: number;
      }
    >;
    /** Times in which nothing was watched: what came and went in them is not counted. Of a meter that failed: why. */
    gaps?: {
      from: string;
      to: string;
      reason: "NotRunning" | "ClockSet" | "MeterFailed";
      app?: string;
      meter?: string;
      message?: string;
    }[];
  }
>;
