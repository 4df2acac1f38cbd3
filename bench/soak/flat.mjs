// The rule by which the soak judges: what a process holds at the end, it held after a quarter.
// What is remembered by design is there after a quarter already: tables have a size, times pass.

const MIB = 2 ** 20;

/** How much the heap may differ between two quarters: tables fill, code is compiled. */
const HEAP_BYTES = 4 * MIB;

/** @returns a sentence for each figure that grew; none when all are flat */
export function judge(quarters) {
  const [first, ...later] = quarters;
  const problems = [];
  for (const [index, { heapUsed, handles, descriptors }] of later.entries()) {
    const when = `after quarter ${index + 2}`;
    if (heapUsed - first.heapUsed > HEAP_BYTES) {
      problems.push(`heap grew by ${mebibytes(heapUsed - first.heapUsed)} ${when}`);
    }
    if (descriptors > first.descriptors) {
      problems.push(`descriptors grew from ${first.descriptors} to ${descriptors} ${when}`);
    }
    if (count(handles) > count(first.handles)) {
      problems.push(`handles grew from ${told(first.handles)} to ${told(handles)} ${when}`);
    }
  }
  return problems;
}

export function told(handles) {
  return Object.entries(handles).map(([name, number]) => `${number} ${name}`).sort().join(", ");
}

export function mebibytes(bytes) {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function count(handles) {
  return Object.values(handles).reduce((sum, number) => sum + number, 0);
}
