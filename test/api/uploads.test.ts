/** Uploads from a disk that does not stand still. */
import assert from "node:assert/strict";
import { appendFileSync, openAsBlob, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { setStage } from "./stage.ts";

const UPLOAD = "/cgi-bin/media/upload";
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const PICTURE = Buffer.concat([PNG, Buffer.alloc(3_000_000, 7)]);

const CHANGES: Readonly<Record<string, (path: string) => void>> = {
  grows: (path) => appendFileSync(path, "x"),
  shrinks: (path) => truncateSync(path, 1000),
  goes: (path) => unlinkSync(path),
};

describe("A file on disk", { timeout: 120_000 }, () => {
  for (const [what, change] of Object.entries(CHANGES)) {
    test(`that ${what} while it is sent arrives as it was`, async (context) => {
      const path = join(temporaryFolder(context), "a.png");
      writeFileSync(path, PICTURE);
      const stage = await setStage(context, {
        api: {
          fetch: (input, init) => {
            if (String(input).includes(UPLOAD)) change(path);
            return fetch(input, init);
          },
        },
      });
      await stage.pass(stage.api.media.upload("image", path));
      const [stored] = stage.standIn.files("temporary");
      assert.ok(PICTURE.equals(stored?.bytes ?? new Uint8Array()));
    });

    test(`that ${what} before it is sent is an error, and nothing is sent`, async (context) => {
      const { api, fails, standIn } = await setStage(context);
      const path = join(temporaryFolder(context), "a.png");
      writeFileSync(path, PICTURE);
      const blob = await openAsBlob(path);
      change(path);
      const error = await fails(api.media.upload("image", blob), "API_INPUT_INVALID");
      assert.match(error.message, /cannot be read/);
      assert.equal(standIn.requests.length, 0);
    });
  }
});

test("An upload of a type that is none is refused with those that are", { timeout: 120_000 }, async (context) => {
  const { api, fails, standIn } = await setStage(context);
  const { message } = await fails(api.media.upload("photo" as "image", Buffer.from("x")), "API_INPUT_INVALID");
  assert.equal(message, 'Type of an upload must be one of image, voice, video, thumb, got "photo"');
  assert.equal(standIn.requests.length, 0);
});
