/**
 * As much of Express as the documents use: `use` with and without a mount, and a parser that, as
 * `express.json()` does with every type, takes the body away.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

interface ExpressRequest extends IncomingMessage {
  originalUrl?: string;
  body?: unknown;
}

type Middleware = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

export interface Express {
  use(middleware: Middleware): void;
  listen(port: number): Server;
}

/** Stands in for `express()`, and for `express.json()` beside it. */
export interface CreateExpress {
  (): Express;
  json(): Middleware;
}

export const parseJson: Middleware = async (request, _response, next) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  request.body = text.startsWith("{") ? JSON.parse(text) : {};
  next();
};

export function createExpress(createServer: (listener: RequestListener) => Server): Express {
  const stack: Middleware[] = [];
  const run = (request: ExpressRequest, response: ServerResponse, index: number): void => {
    const middleware = stack[index];
    if (middleware === undefined) response.writeHead(299).end(JSON.stringify(request.body));
    else void middleware(request, response, () => run(request, response, index + 1));
  };
  const server = createServer((request: ExpressRequest, response) => {
    request.originalUrl = request.url ?? "";
    run(request, response, 0);
  });
  return {
    use(middleware) {
      stack.push(middleware);
    },
    listen: (port) => server.listen(port),
  };
}
