/**
 * A picture to send, drawn here: the page loads nothing from elsewhere.
 *
 * @module
 */

const WIDTH = 360;
const HEIGHT = 240;

/** @returns {Promise<Blob>} a PNG, of another colour each time */
export async function samplePicture() {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no pictures");
  const hue = Math.floor(Math.random() * 360);
  const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
  sky.addColorStop(0, `hsl(${hue} 60% 72%)`);
  sky.addColorStop(1, `hsl(${(hue + 50) % 360} 70% 90%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = "rgb(255 255 255 / 0.85)";
  context.beginPath();
  context.arc(270, 70, 28, 0, 2 * Math.PI);
  context.fill();
  for (const [height, lightness] of /** @type {const} */ ([
    [120, 46],
    [80, 34],
  ])) {
    context.fillStyle = `hsl(${hue} 32% ${lightness}%)`;
    context.beginPath();
    context.moveTo(0, HEIGHT);
    for (let x = 0; x <= WIDTH; x += 6) {
      context.lineTo(x, HEIGHT - height + Math.sin(x / 52 + height) * 22);
    }
    context.lineTo(WIDTH, HEIGHT);
    context.fill();
  }
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) =>
    canvas.toBlob(resolve, "image/png"),
  );
  if (blob === null) throw new Error("This browser makes no PNG");
  return blob;
}
