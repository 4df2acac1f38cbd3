/**
 * A client of the API and the stand-in that it speaks to, under one clock that the test turns.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Api, ApiError, ApiOptions, LogEntry, Store } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { echostr } from "../support/subject.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import type { ApiStandIn, StandInOptions } from "./stand-in.ts";

/** 28 characters, as all openids. */
export const OPEN_ID = "oFollower7Kc-93aBqXyZ_012345";

export interface Stage {
  readonly standIn: ApiStandIn;
  readonly clock: TurnedClock;
  /** What the clients share. */
  readonly store: Store;
  readonly api: Api;
  /** What the clients had to say. */
  readonly entries: LogEntry[];
  /** One more client of the account, of another process so to speak. */
  another(options?: Partial<ApiOptions>): Api;
  /** Turns the clock until the work has come to its end. */
  pass<T>(work: Promise<T>): Promise<T>;
  /** As `pass`, for work that has to fail. */
  fails(work: Promise<unknown>, code: string): Promise<Error & { readonly code: string }>;
  /** As `pass`, for work that the platform has to refuse. */
  refused(work: Promise<unknown>, errcode: number): Promise<ApiError>;
}

export interface StageOptions {
  readonly api?: Partial<ApiOptions>;
  readonly standIn?: StandInOptions;
}

export async function setStage(context: TestContext, options: StageOptions = {}): Promise<Stage> {
  const clock = new TurnedClock();
  const entries: LogEntry[] = [];
  const now = (): number => clock.now();
  const standIn = await startStandIn((end) => context.after(end), { now, ...options.standIn });
  standIn.heard(OPEN_ID);
  const store = echostr.openStore("memory", { clock: now });
  context.after(() => store.close());
  const log = (entry: LogEntry): void => void entries.push(entry);
  const usual = { appId: APP_ID, appSecret: SECRET, base: standIn.base, clock, store, log };
  const another = (more: Partial<ApiOptions> = {}): Api =>
    echostr.createApi({ ...usual, ...options.api, ...more });
  const fails: Stage["fails"] = async (work, code) => {
    const error = await errorOf(pass(clock, work));
    assert.equal(error.code, code, `${code} was due, got ${error.code}: ${error.message}`);
    return error;
  };
  const refused: Stage["refused"] = async (work, errcode) => {
    const error = await fails(work, "API_REFUSED");
    assert.ok(error instanceof echostr.ApiError);
    assert.equal(error.errcode, errcode, error.message);
    return error;
  };
  return {
    standIn,
    clock,
    store,
    api: another(),
    entries,
    another,
    pass: (work) => pass(clock, work),
    fails,
    refused,
  };
}

/** What it was refused with; an error of ours. */
export async function errorOf(work: Promise<unknown>): Promise<Error & { readonly code: string }> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    assert.ok(error instanceof echostr.EchostrError, `an EchostrError was due, got ${error}`);
    return error;
  }
  assert.fail(`a failure was due, got ${JSON.stringify(value)}`);
}

/** Time goes by in small steps, each of which leaves what is on its way time to arrive. */
export async function pass<T>(clock: TurnedClock, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  work.then(over, over);
  for (let step = 0; step < 2000; step += 1) {
    await arrive();
    if (isOver) return work;
    await clock.turn(100);
  }
  assert.fail("it has not come to its end after 200 s");
}

/** What is on its way between sockets of this process has arrived after this, as a rule. */
export async function arrive(): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Everything that an error says, its stack and its causes included. */
export function allOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(JSON.stringify(thrown));
  const own = Object.getOwnPropertyNames(thrown).map((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(thrown, name)?.value;
    return name === "cause" ? allOf(value) : String(value);
  });
  return [thrown.name, thrown.message, thrown.stack, ...own].join("\n");
}
