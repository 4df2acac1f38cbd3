/** What the platform would refuse is refused before a request is made, in a whole sentence. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Menu } from "../../src/index.ts";
import { isFailure } from "../support/expect.ts";
import { setStage } from "./stage.ts";

/** The types of buttons that are answered with an event, which has their key. */
const WITH_KEY: readonly string[] = [
  ...["click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album"],
  ...["pic_weixin", "location_select"],
];

describe("Nothing is sent", { timeout: 60_000 }, () => {
  for (const type of WITH_KEY) {
    test(`of a menu with a button of type ${type} that has no key`, async (context) => {
      const { api, standIn } = await setStage(context);
      const menu = { button: [{ type, name: "按钮" }] } as unknown as Menu;
      const message = `Button 1 of type ${type} must have key, got none`;
      await assert.rejects(api.menu.create(menu), { code: "API_INPUT_INVALID", message });
      assert.equal(standIn.requestsFor("/cgi-bin/menu/create").length, 0);
    });
  }

  test("of a sign of typing to nobody", async (context) => {
    const { api, standIn } = await setStage(context);
    const message = "Openid must be a text, got an empty one";
    await assert.rejects(api.customerService.typing(""), { code: "API_INPUT_INVALID", message });
    assert.equal(standIn.requestsFor("/cgi-bin/message/custom/typing").length, 0);
  });

  test("of a customer-service message that is no object, and the sentence says so", async (context) => {
    const { api } = await setStage(context);
    for (const message of [null, 7, undefined]) {
      const sending = api.customerService.send("oFollowerOfTheStage", message as never);
      await assert.rejects(sending, (error) => {
        assert.ok(isFailure(error) && error.code === "API_INPUT_INVALID", String(error));
        assert.match(error.message, /^Customer-service message /);
        return true;
      });
    }
  });
});
