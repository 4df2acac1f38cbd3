/**
 * Modules of Node, loaded when they are first needed. An `import` at the top of a file would load
 * them with the library: that of node:http alone takes 60 ms from Node 22 on, since it makes a
 * namespace of all that is exported, undici included. An application that only wants `bot.fetch` needs
 * none of them, and some runtimes do not have them.
 *
 * @module
 */
import { createRequire } from "node:module";

/** Those that are loaded in this way. */
interface Builtins {
  readonly "node:child_process": typeof import("node:child_process");
  readonly "node:cluster": typeof import("node:cluster");
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:events": typeof import("node:events");
  readonly "node:fs": typeof import("node:fs");
  readonly "node:fs/promises": typeof import("node:fs/promises");
  readonly "node:http": typeof import("node:http");
  readonly "node:https": typeof import("node:https");
  readonly "node:net": typeof import("node:net");
  readonly "node:path": typeof import("node:path");
  readonly "node:sqlite": typeof import("node:sqlite");
  readonly "node:tls": typeof import("node:tls");
  readonly "node:url": typeof import("node:url");
  readonly "node:util": typeof import("node:util");
}

/**
 * @param name such as `node:http`
 * @throws what the runtime throws when it has no such module
 *
 * @example
 * const { createServer } = builtin("node:http");
 */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  // Node has it from 20.16 and 22.3 on.
  const host: { getBuiltinModule?(name: string): unknown } = process;
  const found = host.getBuiltinModule === undefined ? require(name) : host.getBuiltinModule(name);
  if (found === undefined) throw new Error(`No such built-in module: ${name}`);
  return found as Builtins[Name];
}

/**
 * Where it begins to look does not matter for a module that no folder holds. Not called by its name:
 * webpack would take that for a `require` to follow, and warn of one that it cannot.
 */
function require(name: string): unknown {
  return Reflect.apply(createRequire, undefined, ["/"])(name);
}
