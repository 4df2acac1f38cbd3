/**
 * Texts that servers stumble over.
 *
 * @module
 */

/** @type {readonly { name: import("./language.js").TextName, text: string }[]} */
export const SAMPLES = [
  { name: "sample.emoji", text: "👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇨🇳 𠮷" },
  { name: "sample.long", text: "天地玄黄，宇宙洪荒。".repeat(300) },
  { name: "sample.control", text: "\u0000 \u0002 \u0008 \u000b \u001f \u007f 之间" },
  { name: "sample.cdata", text: "a]]>b<![CDATA[c]]>" },
  {
    name: "sample.markup",
    text: "<b>粗</b> & <script>alert(1)</script> <img src=x onerror=alert(1)> \"'",
  },
  { name: "sample.face", text: "/::) /:ok\n第二行\n\n第四行" },
  { name: "sample.bidi", text: "abc \u202eעברית\u202c \u200b\u2066x\u2069 \ufeffend" },
];
