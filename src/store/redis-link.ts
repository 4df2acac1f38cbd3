/**
 * One connection to Redis, from the dial to the end: it says who we are, sends commands without
 * waiting for the answers to earlier ones (pipelining), and gives each answer to the command it
 * belongs to, which is the oldest that has none.
 *
 * That order is also why a command that is not answered in time ends the connection: nothing else
 * could tell its late answer from that of the next command. What comes after the end is
 * `redis-connection.ts`.
 *
 * @module
 */
import type { Socket } from "node:net";
import { builtin } from "../builtin.ts";
import { EchostrError, messageOf } from "../errors.ts";
import { nameOf } from "./redis-address.ts";
import type { RedisAddress } from "./redis-address.ts";
import { encodeCommand, RespDecoder, RespError } from "./resp.ts";
import type { RespReply } from "./resp.ts";

export interface RedisLinkOptions {
  readonly commandTimeoutMs: number;
  /** From the dial to the answer to the first PING. */
  readonly connectTimeoutMs: number;
  /** Certificates to trust in place of the usual ones (TLS only). */
  readonly ca: string | undefined;
  readonly onReady: () => void;
  /** Called once. `quiet` when the peer closed a connection on which nothing was asked. */
  readonly onLost: (reason: string, quiet: boolean) => void;
}

interface Command {
  readonly resolve: (reply: RespReply) => void;
  readonly reject: (error: EchostrError) => void;
  /** By `performance.now()`. */
  readonly deadline: number;
}

export class RedisLink {
  readonly #address: RedisAddress;
  readonly #options: RedisLinkOptions;
  readonly #socket: Socket;
  readonly #decoder = new RespDecoder();
  /** Sent and not answered, from `#first` on; the slots before it are used up. */
  #unanswered: Command[] = [];
  #first = 0;
  #outgoing = "";
  /** Ends the wait for the oldest answer. */
  #timer: NodeJS.Timeout | undefined;
  /** Ends the dial, and later the goodbye. */
  #limit: NodeJS.Timeout;
  #ready = false;
  #ending = false;
  #lost = false;

  constructor(address: RedisAddress, options: RedisLinkOptions) {
    this.#address = address;
    this.#options = options;
    this.#socket = openSocket(address, options.ca);
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, 10_000);
    this.#socket.on("error", (error) => this.#lose(describe(error)));
    this.#socket.on("close", () => this.#lose("the connection was closed"));
    this.#socket.on("data", (bytes) => this.#read(toBuffer(bytes)));
    this.#socket.once(address.tls ? "secureConnect" : "connect", () => this.#introduce());
    const { connectTimeoutMs } = options;
    this.#limit = setTimeout(
      () => this.#lose(`no connection within ${connectTimeoutMs} ms`),
      connectTimeoutMs,
    );
  }

  get ready(): boolean {
    return this.#ready && !this.#lost && !this.#ending;
  }

  /**
   * The answer; an error of the server's is an answer too. Rejects only when the connection is
   * lost.
   */
  send(words: readonly string[], deadline: number): Promise<RespReply> {
    return new Promise((resolve, reject) => {
      if (this.#outgoing === "") process.nextTick(() => this.#flush());
      this.#outgoing += encodeCommand(words);
      this.#unanswered.push({ resolve, reject, deadline });
      if (this.#timer === undefined) this.#watchFirst();
    });
  }

  /** Ends the connection when all answers are there, which the command timeout bounds. */
  end(): Promise<void> {
    this.#ending = true;
    if (!this.#ready) this.#lose("the store was closed");
    else if (this.#isIdle) this.#hangUp();
    return new Promise((resolve) => {
      if (this.#socket.closed) resolve();
      else this.#socket.once("close", () => resolve());
    });
  }

  get #isIdle(): boolean {
    return this.#first === this.#unanswered.length;
  }

  #introduce(): void {
    const { user, password, database } = this.#address;
    const commands: string[][] = [];
    if (password !== undefined) {
      commands.push(user === undefined ? ["AUTH", password] : ["AUTH", user, password]);
    }
    if (database !== 0) commands.push(["SELECT", String(database)]);
    commands.push(["PING"]);
    const answers = commands.map(async (words) => {
      const answer = await this.send(words, Infinity);
      if (answer instanceof RespError) {
        throw new Error(`${words[0] ?? ""} was refused: ${this.#withoutPassword(answer.message)}`);
      }
    });
    Promise.all(answers).then(
      () => this.#becomeReady(),
      (error: unknown) => this.#lose(messageOf(error)),
    );
  }

  #becomeReady(): void {
    if (this.#lost || this.#ending) return;
    clearTimeout(this.#limit);
    this.#ready = true;
    this.#options.onReady();
  }

  /** A server that does not know AUTH quotes the words it was sent. */
  #withoutPassword(text: string): string {
    const { password } = this.#address;
    return password === undefined ? text : text.replaceAll(password, "***");
  }

  /** All commands of one turn of the event loop go out in one write. */
  #flush(): void {
    const text = this.#outgoing;
    this.#outgoing = "";
    if (!this.#lost) this.#socket.write(text, "utf8");
  }

  #read(bytes: Buffer): void {
    if (this.#lost) return;
    try {
      for (const reply of this.#decoder.push(bytes)) this.#answer(reply);
    } catch (error) {
      this.#lose(messageOf(error));
    }
    if (this.#ending && this.#isIdle) this.#hangUp();
  }

  #answer(reply: RespReply): void {
    const command = this.#unanswered[this.#first];
    if (command === undefined) {
      const text = reply instanceof RespError ? reply.message : "an answer to nothing came";
      this.#lose(this.#withoutPassword(text));
      return;
    }
    this.#first += 1;
    // A shift with each answer would move all the others; so they are moved now and then.
    if (this.#first >= 256 && this.#first * 2 >= this.#unanswered.length) {
      this.#unanswered = this.#unanswered.slice(this.#first);
      this.#first = 0;
    }
    command.resolve(reply);
  }

  /** One timer, for the oldest command: no other can be due before it. */
  #watchFirst(): void {
    this.#timer = undefined;
    const first = this.#unanswered[this.#first];
    if (first === undefined || first.deadline === Infinity || this.#lost) return;
    const wait = Math.max(1, Math.ceil(first.deadline - performance.now()));
    this.#timer = setTimeout(() => {
      // Timers come before sockets in a turn of the event loop. Where it was this process that was
      // slow, the answer is there and is read in between.
      const waitedFor = this.#unanswered[this.#first];
      setImmediate(() => this.#judge(waitedFor));
    }, wait);
  }

  /** Only the command that the sockets have been read for: the next one has a look of its own. */
  #judge(waitedFor: object | undefined): void {
    const first = this.#unanswered[this.#first];
    const isSame = first !== undefined && first === waitedFor;
    if (isSame && first.deadline <= performance.now()) {
      this.#lose(`no answer within ${this.#options.commandTimeoutMs} ms`);
    }
    this.#watchFirst();
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    this.#socket.end();
    this.#limit = setTimeout(() => this.#socket.destroy(), this.#options.commandTimeoutMs);
    this.#socket.once("close", () => clearTimeout(this.#limit));
  }

  #lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    clearTimeout(this.#limit);
    clearTimeout(this.#timer);
    this.#socket.destroy();
    const quiet = this.#ready && this.#isIdle;
    const left = this.#unanswered.slice(this.#first);
    this.#unanswered = [];
    this.#first = 0;
    this.#options.onLost(reason, quiet);
    for (const command of left) command.reject(unavailable(this.#address, reason));
  }
}

export function unavailable(address: RedisAddress, reason: string): EchostrError {
  return new EchostrError("STORE_UNAVAILABLE", `Redis at ${nameOf(address)} is away: ${reason}`);
}

function openSocket({ host, port, tls }: RedisAddress, ca: string | undefined): Socket {
  const { connect, isIP } = builtin("node:net");
  if (!tls) return connect({ host, port });
  return builtin("node:tls").connect({
    host,
    port,
    // The name that the certificate has to bear; an address is not a server name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
}

/** The type allows text, which comes only where an encoding was set. */
function toBuffer(bytes: Buffer | string): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes) : bytes;
}

/** Where a name has several addresses, Node's error for them all has a code and no message. */
function describe(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return error.message === "" ? code : error.message;
}
