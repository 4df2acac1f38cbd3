import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldAt } from "../support/fields.ts";
import { payload } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";
import { raw, wireEnvelope, wireXml, type WireRecord } from "../support/wire.ts";

const { parseMessage } = echostr;

function readEvent(name: string, fields: WireRecord = {}): object {
  return parseMessage(wireXml(wireEnvelope({ MsgType: "event", Event: name, ...fields })));
}

/** Elements around a value: `wrap("A/B", x)` is `<A><B>x</B></A>`. */
function wrap(path: string, content: string): string {
  const names = path.split("/");
  return (
    names.map((name) => `<${name}>`).join("") +
    content +
    names
      .reverse()
      .map((name) => `</${name}>`)
      .join("")
  );
}

interface List {
  readonly event: string;
  /** Elements around the list. */
  readonly around: string;
  readonly repeated: string;
  /** A field of each entry; none where the entries are plain text. */
  readonly field?: string;
}

const lists: readonly List[] = [
  { event: "pic_sysphoto", around: "SendPicsInfo/PicList", repeated: "item", field: "PicMd5Sum" },
  {
    event: "pic_photo_or_album",
    around: "SendPicsInfo/PicList",
    repeated: "item",
    field: "PicMd5Sum",
  },
  { event: "pic_weixin", around: "SendPicsInfo/PicList", repeated: "item", field: "PicMd5Sum" },
  {
    event: "MASSSENDJOBFINISH",
    around: "CopyrightCheckResult/ResultList",
    repeated: "item",
    field: "OriginalArticleUrl",
  },
  {
    event: "MASSSENDJOBFINISH",
    around: "ArticleUrlResult/ResultList",
    repeated: "item",
    field: "ArticleUrl",
  },
  {
    event: "PUBLISHJOBFINISH",
    around: "PublishEventInfo/article_detail",
    repeated: "item",
    field: "article_url",
  },
  { event: "PUBLISHJOBFINISH", around: "PublishEventInfo", repeated: "fail_idx" },
  {
    event: "FREEPUBLISHJOBFINISH",
    around: "PublishEventInfo/article_detail",
    repeated: "item",
    field: "article_url",
  },
  { event: "FREEPUBLISHJOBFINISH", around: "PublishEventInfo", repeated: "fail_idx" },
  {
    event: "ShakearoundUserShake",
    around: "AroundBeacons",
    repeated: "AroundBeacon",
    field: "Uuid",
  },
  {
    event: "subscribe_msg_popup_event",
    around: "SubscribeMsgPopupEvent",
    repeated: "List",
    field: "TemplateId",
  },
  {
    event: "subscribe_msg_change_event",
    around: "SubscribeMsgChangeEvent",
    repeated: "List",
    field: "TemplateId",
  },
  {
    event: "subscribe_msg_sent_event",
    around: "SubscribeMsgSentEvent",
    repeated: "List",
    field: "TemplateId",
  },
];

for (const { event, around, repeated, field } of lists) {
  const [outer = ""] = around.split("/");
  const path = `${around}/${repeated}`;
  const entry = (text: string): string => {
    return wrap(field === undefined ? repeated : `${repeated}/${field}`, `<![CDATA[${text}]]>`);
  };
  const read = (count: number): unknown => {
    const entries = Array.from({ length: count }, (_, index) => entry(`${index}`)).join("\n");
    const [, ...inner] = around.split("/");
    const content = inner.length > 0 ? wrap(inner.join("/"), entries) : entries;
    return fieldAt(readEvent(event, { [outer]: raw(content) }), path);
  };

  describe(`${path} of ${event}`, () => {
    for (const count of [0, 1, 2, 7]) {
      it(`is an array when ${count} came`, () => {
        const list = read(count);
        assert.ok(Array.isArray(list), `${typeof list}`);
        assert.deepEqual(
          list.map((item) => (field === undefined ? item : fieldAt(item, field))),
          Array.from({ length: count }, (_, index) => `${index}`),
        );
      });
    }

    it("is an empty array when what is around it is missing or empty", () => {
      assert.deepEqual(fieldAt(readEvent(event), path), [], "missing");
      for (const content of ["", " \n", "<![CDATA[]]>", "text", "<Other>x</Other>"]) {
        assert.deepEqual(fieldAt(readEvent(event, { [outer]: raw(content) }), path), [], content);
      }
    });

    it("keeps what is between its entries out, and what is unknown in them in", () => {
      const unknown = wrap(
        repeated,
        field === undefined ? "x" : `<${field}>x</${field}><New>y</New>`,
      );
      const [, ...inner] = around.split("/");
      const content = `text ${unknown} <!-- x --> ${entry("z")} text`;
      const whole = inner.length > 0 ? wrap(inner.join("/"), content) : content;
      const list = fieldAt(readEvent(event, { [outer]: raw(whole) }), path);
      assert.ok(Array.isArray(list));
      assert.equal(list.length, 2);
      if (field !== undefined) assert.equal(fieldAt(list[0], "New"), "y");
    });
  });
}

describe("structures that are not lists", () => {
  it("are there also when they were missing on the wire or came empty", () => {
    const structures: Record<string, string> = {
      scancode_push: "ScanCodeInfo",
      scancode_waitmsg: "ScanCodeInfo",
      pic_weixin: "SendPicsInfo",
      location_select: "SendLocationInfo",
      MASSSENDJOBFINISH: "CopyrightCheckResult",
      PUBLISHJOBFINISH: "PublishEventInfo",
    };
    for (const [event, name] of Object.entries(structures)) {
      assert.equal(typeof fieldAt(readEvent(event), name), "object", `${event} without ${name}`);
      assert.equal(
        typeof fieldAt(readEvent(event, { [name]: "" }), name),
        "object",
        `${event} with empty ${name}`,
      );
    }
  });
});

describe("spellings that differ are found under the documented name", () => {
  const variants: readonly (readonly [event: string, wire: string, documented: string])[] = [
    ["user_info_modified", "openid", "OpenID"],
    ["user_info_modified", "appid", "AppID"],
    ["user_info_modified", "OpenID", "OpenID"],
    ["user_info_modified", "AppID", "AppID"],
    ["user_authorization_revoke", "openid", "OpenID"],
    ["user_authorization_revoke", "appid", "AppID"],
    ["user_authorization_revoke", "OpenID", "OpenID"],
    ["user_authorization_cancellation", "openid", "OpenID"],
    ["user_authorization_cancellation", "AppID", "AppID"],
    ["MASSSENDJOBFINISH", "MsgID", "MsgID"],
    ["MASSSENDJOBFINISH", "MsgId", "MsgID"],
    ["TEMPLATESENDJOBFINISH", "MsgId", "MsgID"],
    ["TEMPLATESENDJOBFINISH", "MsgID", "MsgID"],
    ["VIEW", "MenuId", "MenuId"],
    ["VIEW", "MenuID", "MenuId"],
    ["view_miniprogram", "MenuID", "MenuId"],
  ];
  for (const [event, wire, documented] of variants) {
    it(`: ${wire} of ${event} as ${documented}`, () => {
      assert.equal(fieldAt(readEvent(event, { [wire]: "value" }), documented), "value");
    });
  }

  it(": MsgID of a message as MsgId", () => {
    for (const type of ["text", "image", "voice", "video", "shortvideo", "location", "link"]) {
      const message = parseMessage(
        wireXml(wireEnvelope({ MsgType: type, MsgID: raw("6054768590064713728") })),
      );
      assert.equal(fieldAt(message, "MsgId"), "6054768590064713728", type);
    }
  });

  it(": Recongnition of a voice as Recognition", () => {
    const message = parseMessage(
      wireXml(wireEnvelope({ MsgType: "voice", Recongnition: "Meow~" })),
    );
    assert.equal(fieldAt(message, "Recognition"), "Meow~");
  });

  it(": the wrapper of another event in subscribe_msg_change_event", () => {
    const message = parseMessage(payload("event-subscribe_msg_change-wrongwrapper.doc").bytes);
    const list = fieldAt(message, "SubscribeMsgChangeEvent/List");
    assert.ok(Array.isArray(list));
    assert.deepEqual(
      list.map((entry) => ({ ...entry })),
      [
        {
          TemplateId: "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc",
          SubscribeStatusString: "reject",
        },
      ],
    );
  });

  it(": but where a name has one documented spelling, a like one is another field", () => {
    const message = readEvent("user_authorize_invoice", { AppId: "one", AppID: "two" });
    assert.equal(fieldAt(message, "AppId"), "one");
    const scan = readEvent("guide_qrcode_scan_event", { GuideScanEvent: { openid: "x" } });
    assert.equal(fieldAt(scan, "GuideScanEvent/openid"), "x");
  });
});
