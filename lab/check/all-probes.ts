/**
 * All probes, in the order in which they are carried out: what WeChat itself sends comes first, for
 * a server may be slow, and the time be over before the rest.
 *
 * @module
 */
import { ENCRYPTION_PROBES } from "./encryption-probes.ts";
import { HANDSHAKE_PROBES } from "./handshake-probes.ts";
import { HTTP_PROBES } from "./http-probes.ts";
import { kindProbes } from "./kind-probes.ts";
import type { Probe } from "./probe.ts";
import { REFUSAL_PROBES } from "./refusal-probes.ts";
import { REPEAT_PROBES } from "./repeat-probes.ts";
import { TEXT_PROBES } from "./text-probes.ts";
import { XML_PROBES } from "./xml-probes.ts";

/** Beside those with which the server is made acquainted, and those of slow clients. */
export function allProbes(): readonly Probe[] {
  return [
    ...HANDSHAKE_PROBES,
    ...REFUSAL_PROBES,
    ...kindProbes(),
    ...REPEAT_PROBES,
    ...TEXT_PROBES,
    ...ENCRYPTION_PROBES,
    ...XML_PROBES,
    ...HTTP_PROBES,
  ];
}
