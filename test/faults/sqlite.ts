/** Whether this Node has SQLite; in CI those that should have it have to. */

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isDue = (major > 22 || (major === 22 && minor >= 13)) && process.env["CI"] === "true";

/** For `skip`. */
export function withoutSqlite(): string | false {
  const getBuiltinModule: typeof process.getBuiltinModule | undefined = process.getBuiltinModule;
  if (isDue || getBuiltinModule?.("node:sqlite") !== undefined) return false;
  return `this needs Node 22.13 or later, this is Node ${process.versions.node}`;
}
