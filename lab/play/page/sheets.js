/**
 * The sheets that ask what to send: a picture, a place, a link, a code, a difficult text.
 *
 * @module
 */
import { button } from "./button.js";
import { chosenFollower } from "./chosen.js";
import { send, tell, upload } from "./connection.js";
import { closeDialog, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { t } from "./language.js";
import { SAMPLES } from "./samples.js";
import { samplePicture } from "./sample-picture.js";
import { toast } from "./toast.js";

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").PlaceInput} PlaceInput */

/** @param {Page} page */
export function askPicture(page) {
  return choosePicture(t("picture.title"), async (mediaId) =>
    toast(
      await send(page, {
        MsgType: "image",
        PicUrl: new URL(`/mmbiz/${mediaId}`, location.href).href,
        MediaId: mediaId,
      }),
    ),
  );
}

/**
 * Asks for a picture, hands it to the platform, and tells its media id.
 *
 * @param {string} title
 * @param {(mediaId: string) => Promise<void> | void} onPicture
 */
export function choosePicture(title, onPicture) {
  /** @param {Blob} blob */
  const take = async (blob) => {
    try {
      const mediaId = await upload("image", blob);
      closeDialog();
      await onPicture(mediaId);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  const file = h("input", {
    attributes: { type: "file", accept: "image/png,image/jpeg,image/gif", hidden: true },
    on: {
      change: () => {
        const chosen = file.files?.[0];
        if (chosen !== undefined) void take(chosen);
      },
    },
  });
  const content = [
    button("button wide", async () => take(await samplePicture()), {}, t("picture.sample")),
    button("button wide", () => file.click(), {}, t("picture.file")),
    file,
  ];
  return openDialog({ title, content });
}

/**
 * A recording or a video without content: the page has no microphone, and servers look at the id.
 *
 * @param {Page} page
 * @param {"voice" | "video"} type
 */
export async function sendRecording(page, type) {
  try {
    const mediaId = await upload(
      type,
      new Blob(["#!AMR\n"], { type: type === "voice" ? "audio/amr" : "video/mp4" }),
    );
    const own =
      type === "voice" ? { Format: "amr", MediaId16K: mediaId } : { ThumbMediaId: mediaId };
    toast(await send(page, { MsgType: type, MediaId: mediaId, ...own }));
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error));
  }
}

const PLACES = [
  { label: "北京市东城区东长安街", latitude: "39.908823", longitude: "116.397470" },
  { label: "广州市海珠区新港中路397号", latitude: "23.099994", longitude: "113.324520" },
  { label: "上海市黄浦区中山东一路", latitude: "31.239853", longitude: "121.490317" },
];

/** @param {Page} page */
export function askPlace(page) {
  return choosePlace(t("place.title"), ({ latitude, longitude, label }) =>
    send(page, {
      MsgType: "location",
      Location_X: latitude,
      Location_Y: longitude,
      Scale: 15,
      Label: label,
    }),
  );
}

/**
 * @param {string} title
 * @param {(place: PlaceInput) => Promise<string>} onPlace
 */
export function choosePlace(title, onPlace) {
  const [first = { label: "", latitude: "0", longitude: "0" }] = PLACES;
  const chooser = h(
    "select",
    {
      attributes: { "aria-label": t("place.choose") },
      on: {
        change: () => {
          const chosen = PLACES[chooser.selectedIndex];
          for (const [name, value] of Object.entries(chosen ?? {})) {
            const input = chooser.form?.elements.namedItem(name);
            if (input instanceof HTMLInputElement) input.value = value;
          }
        },
      },
    },
    PLACES.map(({ label }) => h("option", null, label)),
  );
  return openDialog({
    title,
    content: [h("label", { class: "field" }, h("span", null, t("place.choose")), chooser)],
    fields: [
      { name: "label", label: t("place.label"), value: first.label, maxLength: 100 },
      {
        name: "latitude",
        label: t("place.latitude"),
        value: first.latitude,
        type: "number",
        min: "-90",
        max: "90",
        step: "any",
        required: true,
      },
      {
        name: "longitude",
        label: t("place.longitude"),
        value: first.longitude,
        type: "number",
        min: "-180",
        max: "180",
        step: "any",
        required: true,
      },
    ],
    action: t("send"),
    onSubmit: ({ latitude, longitude, label }) =>
      onPlace({ latitude: Number(latitude), longitude: Number(longitude), label: label ?? "" }),
  });
}

/** @param {Page} page */
export function askLink(page) {
  return openDialog({
    title: t("link.title"),
    fields: [
      { name: "title", label: t("link.name"), value: "公众平台官网链接", required: true },
      { name: "description", label: t("link.description"), value: "公众平台官网链接" },
      { name: "url", label: t("link.url"), value: "https://mp.weixin.qq.com/", required: true },
    ],
    action: t("send"),
    onSubmit: ({ title, description, url }) =>
      send(page, { MsgType: "link", Title: title, Description: description, Url: url }),
  });
}

/** @param {Page} page */
export function askScan(page) {
  return openDialog({
    title: t("scan.title"),
    hint: t("scan.hint"),
    fields: [
      { name: "scene", label: t("scan.scene"), value: "123", required: true, maxLength: 64 },
    ],
    action: t("scan.press"),
    onSubmit: ({ scene }) =>
      tell({ do: "scan", openId: chosenFollower(page).id, scene: scene ?? "" }),
  });
}

/** @param {(text: string) => void} insert */
export function askSample(insert) {
  return openDialog({
    title: t("samples.title"),
    hint: t("samples.hint"),
    content: SAMPLES.map(({ name, text }) => {
      const take = () => {
        closeDialog();
        insert(text);
      };
      return button("button wide", take, {}, t(name));
    }),
  });
}
