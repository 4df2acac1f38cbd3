/**
 * The other side of functions: what a host makes of a request, written from its documents. Each event is
 * the official example (`test/fixtures/events`, origins in its INDEX.tsv) with the request in its place.
 * Nothing here knows the code under test.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import type { Sent } from "./http.ts";

type Fields = Record<string, unknown>;

/** A request taken apart. */
interface Parts {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  /** Decoded, in their order. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A host that calls a function with an event. */
export interface EventHost {
  /** Of its file in test/fixtures/events. */
  readonly name: string;
  /** Whether two values of one name can be told in its event. */
  readonly keepsDoubles: boolean;
  event(sent: Sent): unknown;
}

export function eventFixture(name: string): Fields {
  const file = new URL(`../fixtures/events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Fields;
}

const asBase64 = ({ body }: Parts): Fields => ({ body: body.toString("base64"), isBase64Encoded: true });
const asText = ({ body }: Parts): Fields => ({ body: body.toString(), isBase64Encoded: false });
const asTextAlone = ({ body }: Parts): Fields => ({ body: body.toString() });

const named = ({ method, path }: Parts): Fields => ({ httpMethod: method, path });

/** Of values of one name the last one stays. */
const single = ({ query }: Parts): Fields => Object.fromEntries(query);

/** Every value, in a list; as they came, or decoded. */
function lists(pairs: Parts["query"]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return all;
}

/** Values of one name in one text, with commas between them. */
function joined({ query }: Parts): Fields {
  return Object.fromEntries(Object.entries(lists(query)).map(([name, all]) => [name, all.join(",")]));
}

const rawPairs = ({ rawQuery }: Parts): Parts["query"] =>
  rawQuery.split("&").filter(Boolean).map((each) => {
    const [name = "", ...value] = each.split("=");
    return [name, value.join("=")] as const;
  });

const asLists = (headers: Parts["headers"]): Fields =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

const lowered = (headers: Parts["headers"]): Fields =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** The method and the path stand in `requestContext.http`, the path also in `rawPath`. */
function versionTwo(sample: Fields, parts: Parts): Fields {
  const context = sample["requestContext"] as { http: Fields };
  const http = { ...context.http, method: parts.method, path: parts.path };
  return { rawPath: parts.path, headers: lowered(parts.headers), requestContext: { ...context, http } };
}

type Fill = (parts: Parts, sample: Fields) => Fields;

const FILLS: Readonly<Record<string, Fill>> = {
  "scf-apigw": (parts) => ({
    ...named(parts),
    ...asTextAlone(parts),
    headers: parts.headers,
    queryString: single(parts),
    queryStringParameters: {},
  }),
  "scf-url": (parts) => ({
    ...named(parts),
    ...asTextAlone(parts),
    headers: lowered(parts.headers),
    queryString: single(parts),
  }),
  "fc-http": (parts, sample) => ({
    ...versionTwo(sample, parts),
    ...asBase64(parts),
    headers: parts.headers,
    queryParameters: joined(parts),
  }),
  "lambda-url": (parts, sample) => ({
    ...versionTwo(sample, parts),
    ...asBase64(parts),
    rawQueryString: parts.rawQuery,
    queryStringParameters: joined(parts),
  }),
  "apigw-v2": (parts, sample) => ({
    ...versionTwo(sample, parts),
    ...asText(parts),
    rawQueryString: parts.rawQuery,
    queryStringParameters: joined(parts),
  }),
  "apigw-v1": (parts) => ({
    ...named(parts),
    ...asText(parts),
    headers: parts.headers,
    multiValueHeaders: asLists(parts.headers),
    queryStringParameters: single(parts),
    multiValueQueryStringParameters: lists(parts.query),
  }),
  alb: (parts) => ({
    ...named(parts),
    ...asText(parts),
    headers: lowered(parts.headers),
    queryStringParameters: Object.fromEntries(rawPairs(parts)),
  }),
  "alb-multi-value": (parts) => ({
    ...named(parts),
    ...asText(parts),
    multiValueHeaders: asLists(parts.headers),
    multiValueQueryStringParameters: lists(rawPairs(parts)),
  }),
  "huawei-apig": (parts) => ({
    ...named(parts),
    ...asBase64(parts),
    headers: lowered(parts.headers),
    queryStringParameters: single(parts),
  }),
  cloudbase: (parts) => ({
    ...named(parts),
    ...asText(parts),
    headers: lowered(parts.headers),
    queryStringParameters: single(parts),
  }),
};

/** Of these the documents do not say what becomes of two values, or the last one alone stays. */
const LOSES_DOUBLES = ["scf-apigw", "scf-url", "alb", "huawei-apig", "cloudbase"];

export const EVENT_HOSTS: readonly EventHost[] = Object.entries(FILLS).map(([name, fill]) => ({
  name,
  keepsDoubles: !LOSES_DOUBLES.includes(name),
  event(sent) {
    const sample = eventFixture(name);
    const event = { ...sample, ...fill(partsOf(sent), sample) };
    // Alone among them it hands over the bytes of the JSON.
    return name === "fc-http" ? Buffer.from(JSON.stringify(event)) : event;
  },
}));

/** A host by its name. */
export function eventHost(name: string): EventHost {
  const host = EVENT_HOSTS.find((each) => each.name === name);
  if (host === undefined) throw new Error(`There is no host ${name}`);
  return host;
}

function partsOf({ method = "GET", target, headers = {}, body = "" }: Sent): Parts {
  const [path = "/", rawQuery = ""] = target.split("?");
  const query = [...new URLSearchParams(rawQuery)];
  return { method, path, rawQuery, query, headers, body: Buffer.from(body) };
}
