/**
 * What goes to the server: commands, and files that a phone sends. What comes from it is a stream,
 * and stands in `stream.js`.
 *
 * @module
 */
import { chosenFollower } from "./chosen.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../command.ts").Command} Command */
/** @typedef {import("../view.ts").Description} Description */

/**
 * Asks the server to do something.
 *
 * @param {Command} command
 * @returns {Promise<string>} what is wrong, in a sentence; empty when nothing is
 */
export async function tell(command) {
  try {
    const response = await fetch("do", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(command),
    });
    if (response.ok) return "";
    return (await response.text()) || `HTTP ${response.status}`;
  } catch (error) {
    return String(error);
  }
}

/**
 * Sends a message in the name of the chosen follower.
 *
 * @param {Page} page
 * @param {Description} description
 * @returns {Promise<string>} what is wrong, as `tell` gives it
 */
export function send(page, description) {
  return tell({ do: "send", openId: chosenFollower(page).id, description });
}

/**
 * Asks the server to do something, and shows what is wrong at the edge of the window.
 *
 * @param {Command} command
 */
export async function run(command) {
  toast(await tell(command));
}

/**
 * Hands a picture, a recording or a video to the platform, as a phone does.
 *
 * @param {"image" | "voice" | "video"} type
 * @param {Blob} file
 * @returns {Promise<string>} its media id
 * @throws Error with a sentence when the server does not take it
 */
export async function upload(type, file) {
  const response = await fetch(`media?type=${type}`, {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text || `HTTP ${response.status}`);
  return text;
}
