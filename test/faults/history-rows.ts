/**
 * What goes wrong in a row of the table while followers write, again and again until they have ended.
 *
 * @module
 */
import { seeded } from "../support/random.ts";
import type { RunningRedis } from "../support/redis.ts";
import { sleep } from "./history-bots.ts";
import type { Bots } from "./history-bots.ts";
import { BACK_MS, STORE } from "./history.ts";
import type { Still } from "./history.ts";

export interface Scene {
  readonly bots: Bots;
  readonly redis?: RunningRedis | undefined;
  /** The SQLite file. */
  readonly file?: string | undefined;
  /** When the store was not there. */
  readonly outages: Still[];
  readonly below: (limit: number) => number;
}

/** One disturbance, from its beginning to its end. */
export type Disturbance = (scene: Scene) => Promise<void>;

const anyPlace = ({ bots, below }: Scene): number => below(bots.places.length);

async function outage({ outages }: Scene, work: () => Promise<void>): Promise<void> {
  const from = Date.now();
  await work();
  outages.push({ pid: STORE, from, to: Date.now() + BACK_MS });
}

export type Fault =
  | "no fault"
  | "kill -9"
  | "SIGTERM"
  | "paused within the lease"
  | "paused beyond the lease"
  | "store paused"
  | "connections cut"
  | "file held";

export const DISTURBANCES: Readonly<Record<Fault, Disturbance>> = {
  "no fault": () => sleep(100),
  "kill -9": (scene) => scene.bots.replace(anyPlace(scene), "SIGKILL", 200),
  SIGTERM: (scene) => scene.bots.replace(anyPlace(scene), "SIGTERM", 200),
  "paused within the lease": (scene) => scene.bots.pause(anyPlace(scene), 100 + scene.below(1900)),
  "paused beyond the lease": (scene) => scene.bots.pause(anyPlace(scene), 3500 + scene.below(2500)),
  "store paused": (scene) => outage(scene, async () => {
    scene.redis?.freeze();
    await sleep(100 + scene.below(1500));
    scene.redis?.thaw();
  }),
  "connections cut": (scene) => outage(scene, async () => {
    await scene.redis?.tell("CLIENT KILL TYPE normal SKIPME yes");
  }),
  "file held": (scene) => outage(scene, async () => {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    const database = new DatabaseSync(scene.file ?? "");
    database.exec("PRAGMA busy_timeout = 1000; BEGIN IMMEDIATE");
    await sleep(100 + scene.below(1000));
    database.exec("COMMIT");
    database.close();
  }),
};

/** Disturbs, with pauses in between, until the work has ended. */
export async function disturb(
  scene: Omit<Scene, "below">,
  fault: Fault,
  seed: number,
  work: Promise<void>,
): Promise<void> {
  const { below } = seeded(seed);
  let isOver = false;
  const ended = work.finally(() => (isOver = true));
  while (!isOver) {
    await Promise.race([ended, sleep(500 + below(1500))]);
    if (!isOver) await DISTURBANCES[fault]({ ...scene, below });
  }
  await ended;
}
