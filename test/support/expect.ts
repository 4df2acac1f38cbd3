/**
 * Assertions the tests share.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EchostrError } from "../../src/errors.ts";
import { echostr } from "./subject.ts";

export interface Failure extends Error {
  readonly code: string;
}

export interface Position extends Failure {
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
}

/** Runs it, expects an error of ours with one of the codes, and hands the error back. */
export function fails(run: () => unknown, code: string | readonly string[], about = ""): Failure {
  const codes = typeof code === "string" ? [code] : code;
  let value: unknown;
  try {
    value = run();
  } catch (error) {
    assert.ok(isFailure(error), `${about}: an EchostrError was due, got ${String(error)}`);
    assert.ok(
      codes.includes(error.code),
      `${about}: ${codes.join("|")} was due, got ${error.code}`,
    );
    return error;
  }
  assert.fail(`${about}: ${codes.join("|")} was due, got ${JSON.stringify(value)}`);
}

/** An error of the library under test, or of a part of the source that a test takes by itself. */
export function isFailure(error: unknown): error is Failure {
  const ours = error instanceof echostr.EchostrError || error instanceof EchostrError;
  return ours && typeof error.code === "string";
}

/** Expects `parseXml` to refuse the source, with a position, and hands the error back. */
export function refusesXml(source: string | Uint8Array, code = "XML_INVALID"): Position {
  const error = fails(
    () => echostr.parseXml(source),
    code,
    JSON.stringify(String(source)).slice(0, 99),
  );
  assert.ok(error instanceof echostr.XmlError, "a refusal of XML is an XmlError");
  return error;
}

/**
 * How much more a byte costs in a document of 16 times the size: 1 when time is linear, 16 when it
 * is quadratic. Measured in time of the processor, since other processes take the clock's, and as
 * the least of several rounds, since noise only ever adds.
 */
export function growth(make: (size: number) => () => unknown, size: number): number {
  const small = make(size);
  const large = make(size * FACTOR);
  let [least, most] = [Infinity, Infinity];
  for (let round = 0; round < 20; round += 1) {
    least = Math.min(least, cost(small, FACTOR));
    most = Math.min(most, cost(large, 1));
    if (round >= 3 && most / least < LINEAR / 2) break;
  }
  return most / least;
}

const FACTOR = 16;

/** The bound for `growth`, in the middle between linear and quadratic. */
export const LINEAR = 5;

function cost(run: () => unknown, times: number): number {
  const start = process.cpuUsage();
  for (let time = 0; time < times; time += 1) {
    try {
      run();
    } catch {
      // A refusal takes time as well, and that is what is measured.
    }
  }
  const { user, system } = process.cpuUsage(start);
  // Below a millisecond this measures the measuring.
  return Math.max(user + system, 1_000);
}
