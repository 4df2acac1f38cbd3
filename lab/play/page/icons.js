/**
 * The drawings of the page: lines on a field of 24 by 24.
 *
 * @module
 */

export const ICONS = /** @type {const} */ ({
  bubble:
    "M5 6.5A2.5 2.5 0 0 1 7.5 4h9A2.5 2.5 0 0 1 19 6.5v6a2.5 2.5 0 0 1-2.5 2.5H11l-4 4v-4.100A2.5 2.5 0 0 1 5 12.5z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  check: "M5 12.5 10 17.5 19 7",
  cross: "M6 6l12 12M18 6 6 18",
  warning: "M12 4 3 19.5h18zM12 10v4.5M12 17v.2",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.200v.1",
  voice: "M9 11V7a3 3 0 0 1 6 0v4a3 3 0 0 1-6 0zM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6",
  waves: "M6 10v4M10 7v10M14 9v6M18 11v2",
  video: "M4 6h11v12H4zM15 10.5l5-3v9l-5-3",
  place:
    "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16",
  letters: "M5 18 9.5 6h1L15 18M6.5 14h7M17 10h4M19 8v8",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  again: "M19 12a7 7 0 1 1-2.2-5.100M19 4v4h-4",
  down: "M12 4v11M7 11l5 5 5-5M5 20h14",
  up: "M12 16V5M7 9l5-5 5 5M5 20h14",
  right: "M9 6l6 6-6 6",
  menu: "M5 8h14M5 12h14M5 16h14",
  play: "M8 5.5v13l10.5-6.5z",
  music:
    "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  mini: "M14 8a2.5 2.5 0 1 1 4 2c-1.5 1-3 .8-3 2.5V16a4 4 0 1 1-6-3.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
});

/** What stands before a judgement. */
export const TONE_ICONS = /** @type {const} */ ({
  good: ICONS.check,
  bad: ICONS.cross,
  warn: ICONS.warning,
  wait: ICONS.again,
});
