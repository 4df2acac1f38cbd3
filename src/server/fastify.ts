/**
 * A bot as a plugin of Fastify, which otherwise refuses XML with 415 before a handler is called.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { settingInvalid } from "../errors.ts";
import type { NodeHandler } from "./node-handler.ts";
import { ANY_PATH } from "./path.ts";

/** What is used of Fastify's instance. The parser is a {@link BodyParser}, of which its types know many forms. */
export interface FastifyInstance {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(type: string, parser: never): unknown;
  all(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => void): unknown;
}

type BodyParser = (request: unknown, payload: unknown, done: (error: null) => void) => void;
interface FastifyRequest { readonly raw: IncomingMessage }
interface FastifyReply { readonly raw: ServerResponse; hijack(): unknown }

/** `(instance, options, done)`, as `register` calls it. */
export type FastifyPlugin = (instance: FastifyInstance, options: unknown, done: () => void) => void;

const leaveUnread: BodyParser = (_request, _payload, done) => done(null);

/**
 * Makes the plugin of a bot: a route at its path, below the `prefix` with which it is registered.
 * What it sets about bodies holds for this route alone, since a plugin has a context of its own.
 *
 * @throws EchostrError `SETTING_INVALID` when somebody else than Fastify's `register` calls it
 */
export function createFastifyPlugin(handler: NodeHandler, path: string): FastifyPlugin {
  return (instance, _options, done) => {
    requireFastify(instance);
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser("*", leaveUnread as never);
    instance.all(routeOf(path), ({ raw }, reply) => {
      reply.hijack();
      handler(Object.assign(raw, { originalUrl: raw.url, route: path }), reply.raw);
    });
    done();
  };
}

function requireFastify(instance: Partial<FastifyInstance> | null | undefined): void {
  if (typeof instance?.removeAllContentTypeParsers === "function") return;
  const message =
    "bot.fastify must be called by register of Fastify, got something else: " +
    "write app.register(bot.fastify); Express takes bot.handler";
  throw settingInvalid(message);
}

/** Fastify compares decoded paths, and a single colon begins a parameter. */
function routeOf(path: string): string {
  return path === ANY_PATH ? "/*" : decodeURI(path).replaceAll(":", "::");
}
