/**
 * The `fetch` of the runtime, made not to send a call twice by itself.
 *
 * Deno does: when a connection that was kept open breaks under a request, it sends the request once
 * more on a new one, a POST too, and whoever listens has it twice. A connection of its own for each
 * POST has nothing before it that could break. Node and Bun give the call up, as they should.
 *
 * @module
 */

/** What Deno has beside the standard. */
interface DenoHost {
  createHttpClient?(options: { readonly poolMaxIdlePerHost: number }): object;
}

/** Keeps no connection; made with the first POST. */
let unpooled: object | undefined;

/** Looked up at each call: a global one that is replaced later is used here as well. */
export const runtimeFetch: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(input, init?.method === "POST" ? { ...init, ...ofItsOwn() } : init);

function ofItsOwn(): object {
  const { Deno: deno } = globalThis as { readonly Deno?: DenoHost };
  if (deno?.createHttpClient === undefined) return {};
  unpooled ??= deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  return { client: unpooled };
}
