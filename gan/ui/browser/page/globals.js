// What the scripts that run before the modules left for them, and what a static site says of itself.

/**
 * @typedef {object} Site a static site
 * @property {string} first the first model's name
 * @property {string} opening the link to what is shown of it
 * @property {any[]} models
 * @property {Record<string, string>} files "model.part" -> the file's place in the folder
 * @property {Record<string, string>} [held] the content of files that came with the page, in base64
 * @property {string} worker address of the engine's worker
 * @property {(key: string, text: string) => void} [arrived] called by the files
 *
 * @typedef {object} First what the app's first script asked for already
 * @property {Promise<Response> | null} [models]
 * @property {Record<string, Promise<Response>>} [files] by the model's name
 */

export const GLOBALS = /** @type {{ atelierSite?: Site, atelierFirst?: First }} */ (globalThis);
