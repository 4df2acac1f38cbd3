/** The folder of the fixtures, for its packages stand there. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
export default { turbopack: { root }, outputFileTracingRoot: root };
