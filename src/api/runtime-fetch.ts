/**
 * The `fetch` of the runtime, prevented from sending a call twice by itself.
 *
 * Deno does that: when a kept-alive connection breaks during a request, it sends the request again on a new
 * one, even a POST, and the server may get it twice. A new connection for each POST avoids that. Node and Bun
 * let the call fail, as they should.
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
