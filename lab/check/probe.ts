/**
 * A probe: one thing that is tried, and what it finds. Probes are data in tables, one table a
 * group; `run-check.ts` decides which of them are carried out, and looks after each whether the
 * server is still there.
 *
 * @module
 */
import type { Finding, LabFormat, LabMode } from "../platform/types.ts";
import type { CheckCode } from "./finding-codes.ts";
import type { Subject } from "./subject.ts";

/** The groups, in the order in which they are carried out. */
export const GROUPS = [
  "handshake",
  "refusals",
  "kinds",
  "repeats",
  "text",
  "encryption",
  "xml",
  "http",
  "slow",
] as const;

export type Group = (typeof GROUPS)[number];

/** Something found: a code of the table, or what the judge says of an answer. */
export type Found = CheckCode | Finding;

export interface Probe {
  /** What is sent, in a few words: shown after "where" of a finding. */
  readonly name: string;
  readonly group: Group;
  /** The modes of the account in which it makes sense. Default: all. */
  readonly modes?: readonly LabMode[];
  /** The formats of the account in which it makes sense. Default: both. */
  readonly formats?: readonly LabFormat[];
  /** It says something only about a server that accepts a right text. */
  readonly needsAnswer?: boolean;
  /** It says nothing about a bot that takes long: that may leave one delivery to the next. */
  readonly needsQuick?: boolean;
  /** Sent to a server on another machine without being asked to. */
  readonly isModest?: boolean;
  /** Never sent to a server on another machine, asked or not: it takes memory, or connections. */
  readonly isLoad?: boolean;
  /** It runs beside the others from the start, for it mainly waits. */
  readonly isBackground?: boolean;
  /** A connection closed without an answer is all right here. */
  readonly mayBeDropped?: boolean;
  /** @returns what is wrong; nothing when all is well, or when it cannot be told */
  readonly run: (subject: Subject) => Promise<readonly Found[]>;
}

/** Probes with what they share: their group, and what all of them need. */
export function probesOf(
  shared: Pick<Probe, "group"> & Partial<Probe>,
  probes: readonly (Pick<Probe, "name" | "run"> & Partial<Probe>)[],
): readonly Probe[] {
  return probes.map((probe) => ({ ...shared, ...probe }));
}

/** A code when something holds: `when(heard.status === 500, "SERVER-ERROR")`. */
export function when(holds: boolean, code: CheckCode): readonly CheckCode[] {
  return holds ? [code] : [];
}
