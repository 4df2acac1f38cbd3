/**
 * One connection to Redis, from the dial to the end: it authenticates, sends commands without waiting for the
 * answers to earlier ones (pipelining), and gives each answer to the command it belongs to, which is the
 * oldest that has none.
 *
 * That order is also why a command that is not answered in time ends the connection: nothing else
 * could tell its late answer from that of the next command. What comes after the end is
 * `redis-connection.ts`.
 *
 * @module
 */
import type { Socket } from "node:net";
import { builtin } from "../builtin.ts";
import { codeOf, EchostrError, messageOf } from "../errors.ts";
import { fairTimer } from "./fair-timer.ts";
import type { RedisAddress } from "./redis-address.ts";
import { lossBy, unavailable } from "./redis-errors.ts";
import { encodeCommand, RespDecoder, RespError } from "./resp.ts";
import type { RespReply } from "./resp.ts";

export interface RedisLinkOptions {
  readonly commandTimeoutMs: number;
  /** From the dial to the answers to the first PING and the probes. */
  readonly connectTimeoutMs: number;
  /** Commands that change nothing and fail where the ones of the store would. */
  readonly probes: readonly (readonly string[])[];
  /** Certificates to trust in place of the usual ones (TLS only). */
  readonly ca: string | undefined;
  readonly onReady: () => void;
  /** Called once. `quiet` when the peer closed a connection on which nothing was asked. */
  readonly onLost: (error: EchostrError, quiet: boolean) => void;
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
  /** Calls off the wait for the oldest answer. */
  #stopWatching: (() => void) | undefined;
  /** Calls off the limit of the dial, and later of the goodbye. */
  #stopLimit: () => void;
  /** Goes forward only. While it is ending, the last answers are waited for. */
  #state: "dialling" | "ready" | "ending" | "lost" = "dialling";

  constructor(address: RedisAddress, options: RedisLinkOptions) {
    this.#address = address;
    this.#options = options;
    this.#socket = openSocket(address, options.ca);
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, 10_000);
    this.#socket.on("error", (error) => {
      // Where a name has several addresses, Node's error for them all has a code and no message.
      this.#loseBy(error.message || (codeOf(error) ?? error.name));
    });
    this.#socket.on("close", () => this.#loseBy("the connection was closed"));
    this.#socket.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#socket.once(address.tls ? "secureConnect" : "connect", () => this.#introduce());
    const { connectTimeoutMs } = options;
    this.#stopLimit = fairTimer(connectTimeoutMs, () =>
      this.#loseBy(`no connection within ${connectTimeoutMs} ms`),
    );
  }

  get ready(): boolean {
    return this.#state === "ready";
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
      if (this.#stopWatching === undefined) this.#watchFirst();
    });
  }

  /** Ends the connection when all answers are there, which the command timeout bounds. */
  end(): Promise<void> {
    if (this.#state === "dialling") this.#loseBy("the store was closed");
    if (this.#state === "ready") this.#state = "ending";
    this.#hangUpIfDone();
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
        const reason = `${words[0] ?? ""} was refused: ${this.#withoutPassword(answer.message)}`;
        throw unavailable(this.#address, reason);
      }
    });
    const probed = this.#options.probes.map(async (words) => {
      const answer = await this.send(words, Infinity);
      const loss = answer instanceof RespError ? lossBy(answer.message, this.#address) : undefined;
      if (loss !== undefined) throw loss;
    });
    Promise.all([...answers, ...probed]).then(
      () => this.#becomeReady(),
      (error: EchostrError) => this.#lose(error),
    );
  }

  #becomeReady(): void {
    if (this.#state !== "dialling") return;
    this.#stopLimit();
    this.#state = "ready";
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
    if (this.#state !== "lost") this.#socket.write(text, "utf8");
  }

  #read(bytes: Buffer): void {
    if (this.#state === "lost") return;
    try {
      for (const reply of this.#decoder.push(bytes)) this.#answer(reply);
    } catch (error) {
      this.#loseBy(messageOf(error));
    }
    this.#hangUpIfDone();
  }

  #answer(reply: RespReply): void {
    const command = this.#unanswered[this.#first];
    if (command === undefined) {
      const text = reply instanceof RespError ? reply.message : "an answer to nothing came";
      this.#loseBy(this.#withoutPassword(text));
      return;
    }
    const isError = this.#state !== "dialling" && reply instanceof RespError;
    const loss = isError ? lossBy(reply.message, this.#address) : undefined;
    if (loss !== undefined) {
      this.#lose(loss);
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
    this.#stopWatching = undefined;
    const first = this.#unanswered[this.#first];
    if (first === undefined || first.deadline === Infinity || this.#state === "lost") return;
    const { commandTimeoutMs } = this.#options;
    const wait = Math.max(1, Math.ceil(first.deadline - performance.now()));
    const over = (): void => {
      // Only the command that the sockets have been read for: the next one has a look of its own.
      if (this.#unanswered[this.#first] === first) {
        this.#loseBy(`no answer within ${commandTimeoutMs} ms`);
      }
      this.#watchFirst();
    };
    this.#stopWatching = fairTimer(wait, over, commandTimeoutMs);
  }

  #hangUpIfDone(): void {
    if (this.#state !== "ending" || !this.#isIdle) return;
    this.#stopWatching?.();
    this.#socket.end();
    const { commandTimeoutMs } = this.#options;
    this.#stopLimit = fairTimer(commandTimeoutMs, () => this.#socket.destroy());
    this.#socket.once("close", () => this.#stopLimit());
  }

  #loseBy(reason: string): void {
    this.#lose(unavailable(this.#address, reason));
  }

  #lose(error: EchostrError): void {
    if (this.#state === "lost") return;
    const quiet = this.#state !== "dialling" && this.#isIdle;
    this.#state = "lost";
    this.#stopLimit();
    this.#stopWatching?.();
    this.#socket.destroy();
    const left = this.#unanswered.slice(this.#first);
    this.#unanswered = [];
    this.#first = 0;
    this.#options.onLost(error, quiet);
    for (const command of left) command.reject(error);
  }
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
