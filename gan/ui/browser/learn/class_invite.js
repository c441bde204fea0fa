// How others come to a class: its link and the QR code of it, drawn here.
import { classQuery, inGroups } from "../core/classroom.js";
import { qrMatrix, qrPath, QUIET } from "../core/qr.js";
import { make } from "../page/elements.js";
import { copyLink, pageAddress } from "../page/links.js";

const SVG = "http://www.w3.org/2000/svg";
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The dialog that shows a class's link and code, opened at once.
 * @param {import("./tab.js").LearnTab} tab
 * @param {string} code
 */
export function openInvite({ section, find, say }, code) {
  find(".class-invite")?.remove();
  const link = pageAddress(classQuery(code));
  const dialog = make(
    "dialog",
    {
      class: "class-invite",
      "aria-labelledby": "class-invite-title",
      "data-testid": "class-invite",
      onclose: () => dialog.remove(),
    },
    make("h2", { id: "class-invite-title" }, say("class_invite_title")),
    qrImage(link, say("class_qr", { link })),
    make("p", { class: "class-link", "data-testid": "class-link" }, link),
    make("p", { class: "class-code" }, inGroups(code)),
    make("p", {}, say("class_invite_text")),
    make("p", { class: "learn-quiet" }, say(LOCAL.includes(location.hostname) ? "class_local" : "class_keys")),
    make(
      "div",
      { class: "learn-buttons" },
      make(
        "button",
        { type: "button", class: "learn-main", id: "class-begin", onclick: () => dialog.close() },
        say("class_begin"),
      ),
      make("button", { type: "button", id: "class-copy", onclick: () => copyLink(link) }, say("class_copy")),
    ),
  );
  section.append(dialog);
  dialog.showModal();
}

/** Closes the dialog; returns whether it was open. */
export function closeInvite({ find }) {
  const dialog = find(".class-invite[open]");
  dialog?.close();
  return dialog !== null;
}

/** A QR code, dark on light in every theme, with its quiet zone; none of a link that is too long for one. */
function qrImage(text, name) {
  let matrix;
  try {
    matrix = qrMatrix(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "";
  }
  const side = matrix.length + 2 * QUIET, svg = document.createElementNS(SVG, "svg");
  const attributes = {
    viewBox: `${-QUIET} ${-QUIET} ${side} ${side}`,
    role: "img",
    "aria-label": name,
    class: "class-qr",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", qrPath(matrix));
  svg.append(path);
  return svg;
}
