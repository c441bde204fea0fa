// What the classes of a model's pictures are called.

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
