// What the soak sends: a table of kinds, how many of ten thousand deliveries each is, and the
// statuses that are right for it.

import { account, encrypt, sha1OfSorted } from "../wire.mjs";

const REPEATED = 64;
const REGULARS = 5000;

/** Makes requests; the time is the server's. */
export class Traffic {
  #below;
  #now;
  #sequence = 0;
  #latest = [];
  /** Signatures of the second, which plain requests share. */
  #signed = { seconds: 0, query: "" };

  constructor(below, now) {
    this.#below = below;
    this.#now = now;
  }

  /** The next delivery: `{ name, statuses, bytes, manner }`. */
  next() {
    let drawn = this.#below(TOTAL);
    const [name, kind] = ENTRIES.find(([, { share }]) => (drawn -= share) < 0);
    const { statuses = [200], manner = "whole", make } = kind;
    return { name, statuses, manner, bytes: make(this) };
  }

  get seconds() {
    return Math.floor(this.#now() / 1000);
  }

  /** Two in three followers write once, the others again and again. */
  message(content, { kind = "text", fields = "" } = {}) {
    this.#sequence += 1;
    const id = this.#sequence;
    const follower = id % 3 === 0 ? `oRegular${id % REGULARS}` : `oOnce${id}`;
    const inside = kind === "text" ? `<Content><![CDATA[${content} ${id}]]></Content>` : fields;
    const number = kind === "event" ? "" : `<MsgId>${id}</MsgId>`;
    return (
      `<xml><ToUserName>${account.originalId}</ToUserName>` +
      `<FromUserName><![CDATA[${follower}]]></FromUserName>` +
      `<CreateTime>${this.seconds}</CreateTime>` +
      `<MsgType><![CDATA[${kind}]]></MsgType>${inside}${number}</xml>`
    );
  }

  plain(body, token = account.token) {
    return request("POST", `/plain?${this.query(token)}`, body);
  }

  query(token = account.token, seconds = this.seconds) {
    if (token === account.token && this.#signed.seconds === seconds) return this.#signed.query;
    const nonce = String(100_000 + this.#below(900_000));
    const signature = sha1OfSorted(token, String(seconds), nonce);
    const query = `signature=${signature}&timestamp=${seconds}&nonce=${nonce}`;
    if (token === account.token) this.#signed = { seconds, query };
    return query;
  }

  safe(encrypted) {
    const { seconds } = this;
    const signature = sha1OfSorted(account.token, String(seconds), "8", encrypted);
    const plain = sha1OfSorted(account.token, String(seconds), "8");
    const query = `signature=${plain}&timestamp=${seconds}&nonce=8&encrypt_type=aes`;
    const body =
      `<xml><ToUserName>${account.originalId}</ToUserName>` +
      `<Encrypt>${encrypted}</Encrypt></xml>`;
    return request("POST", `/safe?${query}&msg_signature=${signature}`, body);
  }

  fresh() {
    const bytes = this.plain(this.message("问"));
    this.#latest[this.#below(REPEATED)] = { bytes, seconds: this.seconds };
    return bytes;
  }

  /** One of the latest, unless the clock has been turned since. */
  repeat() {
    const latest = this.#latest[this.#below(REPEATED)];
    if (latest === undefined || Math.abs(latest.seconds - this.seconds) > 60) return this.fresh();
    return latest.bytes;
  }
}

function request(method, target, body = "", headers = "") {
  return (
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n${headers}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

const BOMB =
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml>&b;</xml>';
const DEEP = `<xml>${"<a>".repeat(500)}${"</a>".repeat(500)}</xml>`;
const WIDE = `<xml>${"<a/>".repeat(12_000)}</xml>`;

/** `share`: of `TOTAL`. `manner`: how the connection is treated. */
const KINDS = {
  text: { share: 5600, make: (traffic) => traffic.fresh() },
  repeat: { share: 900, make: (traffic) => traffic.repeat() },
  safe: { share: 1200, make: (traffic) => traffic.safe(encrypt(traffic.message("密"))) },
  event: {
    share: 500,
    make: (traffic) => {
      const fields = "<Event>subscribe</Event><EventKey></EventKey>";
      return traffic.plain(traffic.message("", { kind: "event", fields }));
    },
  },
  image: {
    share: 400,
    make: (traffic) => {
      const fields = "<PicUrl>http://a/b</PicUrl><MediaId>m</MediaId>";
      return traffic.plain(traffic.message("", { kind: "image", fields }));
    },
  },
  handshake: {
    share: 100,
    make: (traffic) => request("GET", `/plain?${traffic.query()}&echostr=12345`),
  },
  long: { share: 60, make: (traffic) => traffic.plain(traffic.message("long")) },
  throwing: { share: 60, make: (traffic) => traffic.plain(traffic.message("throwing")) },
  slow: {
    share: 100,
    manner: "impatient",
    make: (traffic) => traffic.plain(traffic.message("slow")),
  },
  endless: {
    share: 10,
    manner: "impatient",
    make: (traffic) => traffic.plain(traffic.message("endless")),
  },
  forged: {
    share: 200,
    statuses: [403],
    make: (traffic) => traffic.plain(traffic.message("假"), "anotherToken"),
  },
  stale: {
    share: 100,
    statuses: [403],
    make: (traffic) => {
      const query = traffic.query(`${account.token}`, traffic.seconds - 90_000);
      return request("POST", `/plain?${query}`, traffic.message("旧"));
    },
  },
  "no query": { share: 60, statuses: [403, 400], make: () => request("POST", "/plain", "<xml/>") },
  "not XML": {
    share: 100,
    statuses: [400],
    make: (traffic) => traffic.plain(traffic.message("坏").slice(0, -9)),
  },
  "no UTF-8": {
    share: 60,
    statuses: [400],
    make: (traffic) => {
      // As many bytes as the letter takes in UTF-8, and none of them its own.
      const bytes = Buffer.from(traffic.plain(traffic.message("\u00ff")));
      return bytes.map((byte) => (byte === 0xc3 ? 0xff : byte));
    },
  },
  bomb: { share: 60, statuses: [400], make: (traffic) => traffic.plain(BOMB) },
  deep: { share: 50, statuses: [400], make: (traffic) => traffic.plain(DEEP) },
  wide: { share: 10, statuses: [400], make: (traffic) => traffic.plain(WIDE) },
  "no frame": {
    share: 100,
    statuses: [403],
    make: (traffic) => traffic.safe(Buffer.alloc(64, 7).toString("base64")),
  },
  "no path": { share: 60, statuses: [404], make: () => request("GET", "/wp-login.php") },
  "no method": { share: 60, statuses: [405], make: () => request("DELETE", "/plain") },
  "no HTTP": { share: 60, statuses: [400], make: () => "\u0016\u0003\u0001 hello\r\n\r\n" },
  "cut head": { share: 50, manner: "cut", make: (traffic) => traffic.plain("").slice(0, 60) },
  "cut body": {
    share: 50,
    manner: "cut",
    make: (traffic) => traffic.plain(traffic.message("断")).slice(0, -40),
  },
  "cut answer": {
    share: 50,
    manner: "cut",
    make: (traffic) => traffic.plain(traffic.message("断")),
  },
};

const ENTRIES = Object.entries(KINDS);
const TOTAL = ENTRIES.reduce((sum, [, { share }]) => sum + share, 0);
