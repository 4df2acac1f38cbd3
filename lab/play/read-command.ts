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

/** One reader for each command; a name that is not in the table is not a command. */
const READERS: { readonly [D in Command["do"]]: (fields: Fields) => Extract<Command, { do: D }> } =
  {
    send: (fields) => ({
      do: "send",
      openId: text(fields, "openId"),
      description: readDescription(fields["description"]),
    }),
    follow: (fields) => ({ do: "follow", openId: text(fields, "openId") }),
    unfollow: (fields) => ({ do: "unfollow", openId: text(fields, "openId") }),
    scan: (fields) => ({
      do: "scan",
      openId: text(fields, "openId"),
      scene: text(fields, "scene"),
    }),
    press: (fields) => ({
      do: "press",
      openId: text(fields, "openId"),
      at: numbers(fields, "at"),
      input: pressInput(record(fields, "input")),
    }),
    follower: (fields) => ({ do: "follower", name: text(fields, "name") }),
    again: (fields) => ({
      do: "again",
      id: text(fields, "id"),
      alter: alteration(record(fields, "alter")),
    }),
    mode: (fields) => ({ do: "mode", mode: mode(fields["mode"]) }),
    restart: () => ({ do: "restart" }),
    clear: () => ({ do: "clear" }),
    "clear-log": () => ({ do: "clear-log" }),
    "transcript-load": (fields) => ({
      do: "transcript-load",
      name: text(fields, "name"),
      text: text(fields, "text"),
    }),
    "transcript-close": () => ({ do: "transcript-close" }),
    replay: (fields) => ({ do: "replay", from: number(fields, "from") }),
    "replay-auto": (fields) => ({ do: "replay-auto", on: fields["on"] === true }),
  };

/**
 * @param body JSON
 * @throws EchostrError `LAB_INPUT_INVALID`
 */
export function readCommand(body: string): Command {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch (cause) {
    throw invalidInput("A command must be JSON", { cause });
  }
  if (!isRecord(fields)) throw invalidInput("A command must be an object");
  const name = String(fields["do"]);
  if (!isCommand(name))
    throw invalidInput(`There is no command ${JSON.stringify(name.slice(0, 40))}`);
  return READERS[name](fields);
}

function isCommand(name: string): name is Command["do"] {
  return Object.hasOwn(READERS, name);
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw invalidInput(`${name} must be text, got ${typeof value}`);
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalidInput(`${name} must be a number, got ${typeof value}`);
}

function numbers(fields: Fields, name: string): number[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every((item) => Number.isInteger(item)))
    return value as number[];
  throw invalidInput(`${name} must be a list of numbers`);
}

function record(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (isRecord(value)) return value;
  throw invalidInput(`${name} must be an object, got ${typeof value}`);
}

function mode(value: unknown): LabMode {
  const found = LAB_MODES.find((known) => known === value);
  if (found === undefined) throw invalidInput(`mode must be ${LAB_MODES.join(", ")}`);
  return found;
}

const MOST_DELAY_MS = 60_000;

function alteration(fields: Fields): Alteration {
  const delayMs = fields["delayMs"] === undefined ? 0 : number(fields, "delayMs");
  return {
    token: fields["token"] === true,
    timestamp: fields["timestamp"] === true,
    body: fields["body"] === true,
    delayMs: Math.min(Math.max(delayMs, 0), MOST_DELAY_MS),
  };
}

function pressInput(fields: Fields): PressInput {
  const { scan, pictures, place } = fields;
  return {
    scan: scan === undefined ? undefined : text(fields, "scan"),
    pictures: Array.isArray(pictures) ? pictures.map(String) : undefined,
    place: isRecord(place)
      ? {
          latitude: number(place, "latitude"),
          longitude: number(place, "longitude"),
          label: text(place, "label"),
        }
      : undefined,
  };
}
