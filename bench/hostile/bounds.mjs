// The promise that is checked: what a server may cost, and whom it may keep waiting, while hostile
// peers do what they can.

const ANSWER_MS = 1000;
const PEAK_BYTES = 300 * 2 ** 20;
/** After the limit of the last connection. */
export const FREE_MS = 15_000;

/**
 * @param freeMs the bound that was waited for; the tests of the harness have a shorter one
 * @returns a sentence for each bound that a row breaks
 */
export function broken(row, freeMs = FREE_MS) {
  const problems = [];
  if (row.ended) problems.push("the server ended");
  if (row.missed > 0) {
    const why = row.reasons.length > 0 ? ` (${row.reasons.join("; ")})` : "";
    problems.push(`${row.missed} of ${row.sent} honest deliveries were not answered${why}`);
  } else if (row.slowestMs > ANSWER_MS) {
    problems.push(`an honest delivery was answered after ${Math.round(row.slowestMs)} ms`);
  }
  if (row.peakBytes > PEAK_BYTES) {
    problems.push(`memory reached ${Math.round(row.peakBytes / 2 ** 20)} MiB`);
  }
  if (row.left > 0 && !row.ended) {
    problems.push(`${row.left} connections were held ${freeMs / 1000} s after their limit`);
  }
  return problems.map((problem) => `${row.kind}, ${row.transport}, Node ${row.node}: ${problem}`);
}
