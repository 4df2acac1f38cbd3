/**
 * Checks that the page asks for something that it may ask for. The page is ours, but what comes
 * over a socket is believed only after it was looked at.
 *
 * @module
 */
import { readDescription } from "../platform/description.ts";
import { invalidInput, isRecord } from "../platform/lab-input.ts";
import { LAB_MODES } from "../platform/accounts.ts";
import type { Command } from "./command.ts";
import type { Alteration, LabMode, PressInput } from "./view.ts";

type Fields = Readonly<Record<string, unknown>>;

type Read<Value> = (value: unknown, name: string) => Value;

/** The fields of each command, with what reads them; a name that is not here is not a command. */
const COMMANDS: {
  readonly [D in Command["do"]]: {
    readonly [Name in Exclude<keyof Extract<Command, { do: D }>, "do">]: Read<
      Extract<Command, { do: D }>[Name]
    >;
  };
} = {
  send: { openId: text, description: readDescription },
  follow: { openId: text },
  unfollow: { openId: text },
  scan: { openId: text, scene: text },
  press: { openId: text, at: numbers, input: pressInput },
  follower: { name: text },
  again: { id: text, alter: alteration },
  mode: { mode },
  restart: {},
  clear: {},
  "clear-log": {},
  "transcript-load": { name: text, text },
  "transcript-close": {},
  replay: { from: number },
  "replay-auto": { on: isTrue },
};

/**
 * @param body JSON
 * @throws EchostrError `LAB_INPUT_INVALID`
 */
export function readCommand(body: string): Command {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch (cause) {
    throw invalidInput("A command must be JSON", { cause });
  }
  if (!isRecord(given)) throw invalidInput("A command must be an object");
  const name = String(given["do"]);
  if (!Object.hasOwn(COMMANDS, name)) {
    throw invalidInput(`There is no command ${JSON.stringify(name.slice(0, 40))}`);
  }
  const fields = Object.entries<Read<unknown>>(COMMANDS[name as Command["do"]]);
  const read = fields.map(([field, readField]) => [field, readField(given[field], field)]);
  return { do: name, ...Object.fromEntries(read) } as Command;
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw invalidInput(`${name} must be text, got ${typeof value}`);
}

function number(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalidInput(`${name} must be a number, got ${typeof value}`);
}

function numbers(value: unknown, name: string): number[] {
  if (Array.isArray(value) && value.every((item) => Number.isInteger(item)))
    return value as number[];
  throw invalidInput(`${name} must be a list of numbers`);
}

function isTrue(value: unknown): boolean {
  return value === true;
}

function record(value: unknown, name: string): Fields {
  if (isRecord(value)) return value;
  throw invalidInput(`${name} must be an object, got ${typeof value}`);
}

function mode(value: unknown): LabMode {
  const found = LAB_MODES.find((known) => known === value);
  if (found === undefined) throw invalidInput(`mode must be ${LAB_MODES.join(", ")}`);
  return found;
}

const MOST_DELAY_MS = 60_000;

function alteration(value: unknown, name: string): Alteration {
  const { token, timestamp, body, delayMs = 0 } = record(value, name);
  return {
    token: token === true,
    timestamp: timestamp === true,
    body: body === true,
    delayMs: Math.min(Math.max(number(delayMs, "delayMs"), 0), MOST_DELAY_MS),
  };
}

function pressInput(value: unknown, name: string): PressInput {
  const { scan, pictures, place } = record(value, name);
  return {
    scan: scan === undefined ? undefined : text(scan, "scan"),
    pictures: Array.isArray(pictures) ? pictures.map(String) : undefined,
    place: isRecord(place)
      ? {
          latitude: number(place["latitude"], "latitude"),
          longitude: number(place["longitude"], "longitude"),
          label: text(place["label"], "label"),
        }
      : undefined,
  };
}
