// The table: a row for each kind, as soon as it is done.

const COLUMNS = [
  ["kind", -18, (row) => row.kind],
  ["Node", -8, (row) => row.node],
  ["over", -5, (row) => row.transport],
  ["tried", 7, (row) => row.tried],
  ["held", 6, (row) => row.most],
  ["free after s", 15, (row) => freeAfter(row)],
  ["RSS MiB", 8, (row) => Math.round(row.peakBytes / 2 ** 20)],
  ["CPU %", 6, (row) => Math.round(row.cpuPercent)],
  ["waited %", 8, (row) => Math.round(row.waitedPercent)],
  ["slowest ms", 11, (row) => Math.round(row.slowestMs)],
  ["missed", 9, (row) => `${row.missed}/${row.sent}`],
];

export function headLines() {
  return [
    line(COLUMNS.map(([title]) => title)),
    `|${COLUMNS.map(([, width]) => (width < 0 ? "-".repeat(2 - width) : `${"-".repeat(width + 1)}:`)).join("|")}|`,
  ];
}

export function rowLine(row) {
  return line(COLUMNS.map(([, , value]) => String(value(row))));
}

function line(values) {
  const cells = values.map((value, index) => {
    const width = COLUMNS[index][1];
    return width < 0 ? value.padEnd(-width) : value.padStart(width);
  });
  return `| ${cells.join(" | ")} |`;
}

function freeAfter({ left, freeMs }) {
  const seconds = (freeMs / 1000).toFixed(1);
  return left > 0 ? `> ${seconds} (${left})` : seconds;
}
