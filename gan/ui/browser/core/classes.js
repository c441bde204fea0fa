// What the classes of a model's pictures are called, and which of them one meets first.

import { classIn } from "./views.js";

/**
 * "3 - three" is known as 3.
 * @param {string} name
 */
export const classLabel = (name) => /^(\S{1,3}) - /.exec(name)?.[1] ?? name;

/**
 * The class of a view in words, "" where the model knows none.
 * @param {Pick<import("./model.js").Model, "classes">} model
 * @param {Pick<import("./views.js").View, "c">} view
 */
export const className = (model, view) => model.classes[view.c] ?? "";

/**
 * The short name of a class in the page's language.
 * @param {string} name
 * @param {import("./words.js").Say} say
 */
export const classWord = (name, say) => say.named(classLabel(name));

/**
 * The class of a view's seed, the number modulo theirs, as Python has it where none is named. Else everybody would meet
 * a model by its first class, which may be a single stroke.
 * @param {Pick<import("./model.js").Model, "classes">} model
 * @param {Pick<import("./views.js").View, "seed">} view
 */
export const seedsClass = (model, { seed }) => seed % (model.classes.length || 1);

/**
 * The class of a view that goes from a model `before` to another: its own, or, where `before` has none, its seed's.
 * @param {Pick<import("./model.js").Model, "classes">} before
 * @param {Pick<import("./model.js").Model, "classes">} model
 * @param {Pick<import("./views.js").View, "c" | "seed">} view
 */
export const classAfter = (before, model, view) =>
  before.classes.length ? classIn(model, view) : seedsClass(model, view);
