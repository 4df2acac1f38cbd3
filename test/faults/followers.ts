/**
 * Followers of an account whose server has a hard time: each writes, and later writes again to get
 * what the server has promised.
 *
 * @module
 */
import { textMessage } from "../server/platform.ts";
import { PlatformStandIn } from "../delivery/platform-stand-in.ts";
import type { Outcome } from "../delivery/platform-stand-in.ts";

/** WeChat's own, so that a slow machine is no fault. */
const LIMIT_MS = 4900;

/** How many followers write at once. */
const AT_ONCE = 20;

/** Says a text for each of the ids, each to one of the ports in turn, and once only. */
export async function sayAll(
  ports: readonly number[],
  ids: readonly string[],
  textOf: (id: string) => string,
  each: (outcome: Outcome, id: string) => void,
): Promise<void> {
  const platform = new PlatformStandIn({ ports, limitMs: LIMIT_MS });
  const left = ids.entries();
  const work = async (): Promise<void> => {
    for (const [index, id] of left) {
      const body = textMessage(textOf(id), { FromUserName: `oFollower${id}` });
      each(await platform.deliver(body, index % ports.length), id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

export function idsFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_none, index) => String(first + index));
}
