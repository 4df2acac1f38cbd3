/**
 * Carries out what the page asks for.
 *
 * A command is answered when it has been accepted; its results are sent as changes of the
 * state. Nobody should wait fifteen seconds for the answer to a press of a button.
 *
 * @module
 */
import type { ApiSide } from "../api-side/api-side.ts";
import { messageOf } from "../../src/errors.ts";
import { invalidInput } from "../platform/lab-input.ts";
import type { Command } from "./command.ts";
import type { Conversations } from "./conversations.ts";
import { pressButton } from "./menu-press.ts";
import type { Playing } from "./play-state.ts";
import { readCommand } from "./read-command.ts";
import type { Replays } from "./replays.ts";
import type { Description, FollowerView, LabMode } from "./view.ts";

export interface ControlsOptions {
  readonly playing: Playing;
  readonly api: ApiSide;
  readonly conversations: Conversations;
  readonly replays: Replays;
  /** Under which the bot fetches pictures. */
  readonly origin: string;
  readonly restart: () => Promise<void>;
  readonly setMode: (mode: LabMode) => Promise<void>;
}

export class Controls {
  readonly #options: ControlsOptions;

  constructor(options: ControlsOptions) {
    this.#options = options;
  }

  /**
   * @param json a command
   * @throws EchostrError `LAB_INPUT_INVALID` if it is invalid, or cannot be carried out
   */
  async run(json: string): Promise<void> {
    await this.#run(readCommand(json));
  }

  async #run(command: Command): Promise<void> {
    const { conversations, replays, restart, setMode } = this.#options;
    switch (command.do) {
      case "send":
        return this.#sendAll(command.openId, [command.description]);
      case "follow":
        return this.#follow(command.openId, "");
      case "unfollow":
        conversations.follower(command.openId);
        return this.#sendAll(command.openId, [
          { MsgType: "event", Event: "unsubscribe", EventKey: "" },
        ]);
      case "scan":
        return this.#scan(command.openId, command.scene);
      case "press":
        return this.#press(command);
      case "follower":
        return this.#addFollower(command.name);
      case "again":
        conversations.requireRoom();
        return this.#inBackground(conversations.again(command.id, command.alter));
      case "mode":
        return this.#inBackground(setMode(command.mode));
      case "restart":
        return this.#inBackground(restart());
      case "clear":
        return conversations.clear();
      case "clear-log":
        return this.#options.playing.clear("log");
      case "transcript-load":
        return replays.load(command.name, command.text);
      case "transcript-close":
        return replays.unload();
      case "replay":
        return this.#inBackground(replays.run(command.from));
      case "replay-auto":
        return replays.setAuto(command.on);
    }
  }

  #follow(openId: string, scene: string): void {
    const { conversations, api } = this.#options;
    const { following } = conversations.follower(openId);
    if (following && scene === "") return;
    const ticket = scene === "" ? {} : { Ticket: api.codes.ticketOf(scene) };
    const [Event, EventKey] = following
      ? ["SCAN", scene]
      : ["subscribe", scene === "" ? "" : `qrscene_${scene}`];
    this.#sendAll(openId, [{ MsgType: "event", Event, EventKey, ...ticket }]);
  }

  #scan(openId: string, scene: string): void {
    if (scene === "") throw invalidInput("A code needs a scene");
    this.#follow(openId, scene);
  }

  #press({ openId, at, input }: Extract<Command, { do: "press" }>): void {
    const { playing, api, origin } = this.#options;
    const descriptions = pressButton(playing.get("menu").buttons, at, input, {
      pictureUrl: (id) => `${origin}/mmbiz/${id}`,
      picture: (id) => api.media.find(id)?.bytes ?? new Uint8Array(),
    });
    this.#sendAll(openId, descriptions);
  }

  #addFollower(name: string): void {
    const trimmed = name.trim();
    if (trimmed === "" || trimmed.length > 20) {
      throw invalidInput("A name must be 1 to 20 characters");
    }
    this.#options.conversations.addFollower(trimmed);
  }

  /** One after the other goes out, each at once: a phone does not wait for answers. */
  #sendAll(openId: string, descriptions: readonly Description[]): void {
    const { conversations } = this.#options;
    const follower = conversations.follower(openId);
    for (const description of descriptions) {
      requireFollowing(follower, description);
      conversations.requireRoom();
      this.#inBackground(conversations.send(openId, description));
    }
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      const { playing } = this.#options;
      const item = { id: playing.nextId("l"), at: Date.now(), text: messageOf(error) };
      playing.put("log", { ...item, level: "error" });
    });
  }
}

/** Who does not follow has no chat to write into; they can only follow. */
function requireFollowing({ following, name }: FollowerView, { Event }: Description): void {
  if (!following && Event !== "subscribe")
    throw invalidInput(`${name} does not follow the account`);
}
