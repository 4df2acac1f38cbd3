// The kinds of hostile peers. A kind is:
//
//   name       as KINDS and the table have it
//   about      what it does, after "a peer that"
//   limitMs    after which the server may let go of it
//   start      what it does once it is connected; with a Peer
//   count      how many of them, of COUNT; default: all
//   rate       how many are opened in a second
//   once       true: opened COUNT times and not again; else what the server closes is opened anew
//   keeps      true: stays when the server has said goodbye
//   deaf       true: never reads
//   onData     what it does when the first bytes of an answer come
//   transport  "tls": for a server that speaks TLS only; "plain": for one that does not
//   raw        true: speaks TCP even where the server speaks TLS
//   short      true: part of the short form

import { deaf } from "./deaf.mjs";
import { heavy } from "./heavy.mjs";
import { odd } from "./odd.mjs";
import { quiet } from "./quiet.mjs";
import { resets } from "./resets.mjs";
import { tls } from "./tls.mjs";

/** Nobody at all: the row that the others are compared with. */
const NOBODY = { name: "nobody", about: "is not there", count: () => 0, limitMs: 0, start() {} };

/** @param limits how long the server waits, in milliseconds: `headers`, `request`, `keepAlive`, `write` */
export function kinds(limits) {
  const all = [NOBODY];
  for (const group of [quiet, odd, resets, deaf, heavy, tls]) all.push(...group(limits));
  return all;
}
