/**
 * A bot as middleware of Koa, which otherwise answers 404 as soon as its middleware is through.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { settingInvalid } from "../errors.ts";
import type { NodeHandler } from "./node-handler.ts";

/** What is used of Koa's `ctx`. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Where body parsers leave `body` and `rawBody`. */
  readonly request: object;
  readonly originalUrl: string;
  /** Set to `false` where somebody else than Koa answers. */
  respond?: boolean;
}

/** `(ctx, next)`, as Koa calls it. Resolves when the request is answered or its peer has left. */
export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Makes the middleware of a bot.
 *
 * @throws EchostrError `SETTING_INVALID` when somebody else than Koa calls it
 */
export function createKoaMiddleware(handler: NodeHandler): KoaMiddleware {
  return (context, next) => {
    requireKoa(context);
    return new Promise((resolve, reject) => {
      const { req, res, request, originalUrl } = context;
      // Set by @koa/router when a route has matched.
      const { _matchedRoute: route } = context as { _matchedRoute?: unknown };
      Object.assign(req, { originalUrl, route }, partsOf(request));
      const answered = (): void => {
        context.respond = false;
        resolve(undefined);
      };
      res.once("close", answered);
      handler(req, res, () => {
        res.off("close", answered);
        next().then(resolve, reject);
      });
    });
  };
}

function requireKoa(context: Partial<KoaContext> | null | undefined): void {
  if (context?.req !== undefined && context.res !== undefined && context.request !== undefined) return;
  const message = "bot.koa must be called by Koa, with its ctx, got something else: Express takes bot.handler";
  throw settingInvalid(message);
}

/** What a body parser has left, where `bot.handler` looks for it. */
function partsOf(request: { readonly body?: unknown; readonly rawBody?: unknown }): object {
  const { body, rawBody } = request;
  return { ...(body !== undefined && { body }), ...(rawBody !== undefined && { rawBody }) };
}
