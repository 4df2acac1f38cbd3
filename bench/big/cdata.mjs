// One large text: how many bytes of CDATA are read in a second.

import { median } from "../report.mjs";

const BYTES = 1_000_000;
const ROUNDS = 51;
const MESSAGES = 40;

export async function measureCdata(library) {
  const { parseXml } = await import(library);
  const rows = [];
  for (const [what, unit] of [["ASCII", "x"], ["Chinese", "测"]]) {
    const text = unit.repeat(BYTES / Buffer.byteLength(unit));
    const body = Buffer.from(`<xml><Content><![CDATA[${text}]]></Content></xml>`);
    for (const [from, source] of [["bytes", body], ["a string", body.toString()]]) {
      if (parseXml(source).children[0].text !== text) throw new Error("the text was not read");
      const rates = Array.from({ length: ROUNDS }, () => {
        const since = performance.now();
        for (let count = 0; count < MESSAGES; count += 1) parseXml(source);
        return (body.length * MESSAGES) / (performance.now() - since) / 1e6;
      });
      rows.push([`1 MB of CDATA, ${what}, from ${from}`, `${median(rates).toFixed(1)} GB/s`]);
    }
  }
  return rows;
}
