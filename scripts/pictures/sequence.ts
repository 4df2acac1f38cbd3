/**
 * Draws who says what to whom, from top to bottom, as an SVG that is light or dark as its reader's
 * browser is.
 *
 * @module
 */

/** Something between the two sides, or on one of them. */
export type Step =
  | {
      readonly from: "left" | "right";
      readonly text: string;
      /** The connection ends here without an answer. */
      readonly isDropped?: true;
      readonly at?: string;
    }
  | { readonly on: "left" | "right"; readonly text: string; readonly at?: string };

export interface Sequence {
  /** What somebody hears who cannot see it. */
  readonly title: string;
  readonly left: string;
  readonly right: string;
  readonly steps: readonly Step[];
}

const WIDTH = 760;
const LANES = { left: 190, right: 570 } as const;
const TOP = 62;
const ROW = 46;
const NOTE_HALF = 150;

const STYLE = `
  svg { color-scheme: light dark; }
  .page { fill: #ffffff; }
  text { font: 14px system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; fill: #1f2328; }
  .side { font-weight: 600; font-size: 15px; }
  .time { fill: #59636e; font-variant-numeric: tabular-nums; }
  .lane { stroke: #d1d9e0; stroke-dasharray: 4 4; }
  .line { stroke: #1a7f37; stroke-width: 1.5; fill: none; }
  .tip { fill: #1a7f37; }
  .dropped { stroke: #cf222e; }
  .note { fill: #f6f8fa; stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; }
    text { fill: #f0f6fc; }
    .time { fill: #9198a1; }
    .lane { stroke: #3d444d; }
    .line { stroke: #3fb950; }
    .tip { fill: #3fb950; }
    .dropped { stroke: #f85149; }
    .note { fill: #151b23; stroke: #3d444d; }
  }
`;

/** @returns the text of an SVG file */
export function drawSequence({ title, left, right, steps }: Sequence): string {
  const height = TOP + steps.length * ROW + 16;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>`,
    ...(["left", "right"] as const).flatMap((lane) => [
      `<line class="lane" x1="${LANES[lane]}" y1="42" x2="${LANES[lane]}" y2="${height - 12}"/>`,
      label(lane === "left" ? left : right, LANES[lane], 30, "side"),
    ]),
    ...steps.flatMap((step, index) => drawStep(step, TOP + index * ROW + ROW / 2)),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function drawStep(step: Step, y: number): string[] {
  const time = step.at === undefined ? [] : [`<text class="time" x="14" y="${y + 5}">${escaped(step.at)}</text>`];
  return [...time, ...("on" in step ? drawNote(step.text, LANES[step.on], y) : drawArrow(step, y))];
}

function drawNote(text: string, x: number, y: number): string[] {
  const [left, width] = [x - NOTE_HALF, 2 * NOTE_HALF];
  return [
    `<rect class="note" x="${left}" y="${y - 16}" width="${width}" height="32" rx="6"/>`,
    label(text, x, y + 5),
  ];
}

function drawArrow({ from, text, isDropped }: Extract<Step, { from: string }>, y: number): string[] {
  const [start, end] = from === "left" ? [LANES.left, LANES.right] : [LANES.right, LANES.left];
  const direction = Math.sign(end - start);
  const middle = (start + end) / 2;
  const above = label(text, middle, y - 7);
  if (isDropped) {
    const cross = `M ${middle - 6} ${y - 1} l 12 12 m 0 -12 l -12 12`;
    return [
      above,
      `<path class="line dropped" d="M ${start} ${y + 5} H ${middle - direction * 12}"/>`,
      `<path class="line dropped" d="${cross}"/>`,
    ];
  }
  const tip = end - direction * 9;
  return [
    above,
    `<path class="line" d="M ${start} ${y + 5} H ${tip}"/>`,
    `<path class="tip" d="M ${end} ${y + 5} L ${tip} ${y} V ${y + 10} Z"/>`,
  ];
}

function label(text: string, x: number, y: number, name?: string): string {
  const className = name === undefined ? "" : ` class="${name}"`;
  return `<text${className} x="${x}" y="${y}" text-anchor="middle">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
