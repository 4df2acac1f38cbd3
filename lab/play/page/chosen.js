/**
 * What the reader has chosen, or what is shown while they have chosen nothing.
 *
 * @module
 */

/** @typedef {import("./main.js").Page} Page */
/** @typedef {import("../view.ts").FollowerView} FollowerView */

/**
 * The follower whose phone is shown: the chosen one, else the first.
 *
 * @param {Page} page
 * @returns {FollowerView}
 */
export function chosenFollower({ store, ui }) {
  const { followers } = store.state;
  const chosen = followers.find((follower) => follower.id === ui.get("follower"));
  return chosen ?? followers[0] ?? { id: "", name: "", following: false };
}

/**
 * The delivery that is unfolded: the chosen one, otherwise the newest. `-` means none.
 *
 * @param {Page} page
 * @returns {string} its id
 */
export function chosenDelivery({ store, ui }) {
  const { deliveries } = store.state;
  const chosen = ui.get("delivery");
  if (chosen === "-" || deliveries.some((delivery) => delivery.id === chosen)) return chosen;
  return deliveries.at(-1)?.id ?? "";
}

/**
 * Unfolds a delivery. The newest stays so only until the next one comes.
 *
 * @param {Page} page
 * @param {string} id
 */
export function chooseDelivery({ store, ui }, id) {
  ui.set("delivery", store.state.deliveries.at(-1)?.id === id ? "" : id);
}
