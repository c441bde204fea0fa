// Words beside their picture: the word as text, the way that it came, the nearest real one and the critic's.

import { changedLetters, saidWord, spelled } from "../core/spelling.js";
import { sentence } from "../core/trouble.js";
import { canSearch, typedRow, wordNear } from "../core/word_search.js";
import { make, put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { openOwn } from "../page/own_pictures.js";

/** @import { Hero, Showing } from "./place.js" */
/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */

const WAY = 12; // words of the way that are seen

/** @type {Hero} */
export const WORDS = {
  mount,
  files: () => [{ suffix: ".txt", word: "media_words_txt", many: true, make: textOf }],
};

/**
 * A word a line; of a film each word once while it stays.
 * @param {Model} model
 * @param {Float32Array[]} samples
 */
function textOf(model, samples) {
  const words = samples.map((sample) => spelled(model, sample)).filter((word, i, all) => word !== all[i - 1]);
  return Promise.resolve(new Blob(words.map((word) => `${word}\n`), { type: "text/plain;charset=utf-8" }));
}

/**
 * A word with the letters marked that the one before it had not.
 * @param {string} word
 * @param {string} before "" where there was none
 */
function marked(word, before) {
  const changed = before ? changedLetters(word, before) : [];
  return Array.from(word).map((letter, i) => (changed[i] ? make("b", {}, letter) : letter));
}

/**
 * A field for a word of one's own: its latent is looked for, and Explore goes on from there.
 * @param {Say} say
 */
function buildTyped(say) {
  /** @type {Model | null} */
  let model = null;
  let busy = false;
  const field = make("input", {
    type: "text",
    id: "words-typed",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 24,
  });
  const told = make("p", { class: "words-told", role: "status", "data-testid": "words-found" });
  const button = make("button", { type: "submit", id: "words-find" }, say("media_words_find"));
  const label = make("label", { for: "words-typed" }, say("media_words_type"));
  const form = make(
    "form",
    {
      class: "words-own",
      hidden: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        find();
      },
    },
    label,
    field,
    button,
  );

  async function find() {
    const own = model, typed = field.value.trim();
    if (busy || !own || !typed) return;
    const wanted = typedRow(own, typed);
    if (!wanted) {
      const { shape: [, length], traits: { alphabet } } = own;
      put(told, say("media_words_strange", { letters: alphabet, most: length - 1 }));
      return;
    }
    busy = true;
    try {
      const draw = async (
        /** @type {Float32Array} */ rows,
      ) => /** @type {Float32Array} */ (await engine.render(own.name, rows)); // of no task: nothing takes its place
      const looking = (/** @type {number} */ share) =>
        put(told, say("media_words_looking", { share: `${Math.round(100 * share)} %` }));
      const { own: latent, word, distance } = await wordNear(own, wanted, draw, looking);
      put(told, say(distance ? "media_words_found" : "media_words_exact", { typed, word, distance }));
      openOwn(own.name, latent);
    } catch (error) {
      put(told, `⚠ ${sentence(error, say)}`);
    }
    busy = false;
  }

  return {
    parts: [form, told],
    /** @param {Model} next */
    open(next) {
      if (model?.name === next.name) return;
      model = next;
      form.hidden = !canSearch(next);
      put(told, "");
    },
  };
}

/**
 * @param {HTMLElement} host
 * @param {Say} say
 * @returns {Showing}
 */
function mount(host, say) {
  const typed = host.dataset.beside === "explore-first" ? buildTyped(say) : null; // Explore goes on from it
  const now = make("p", { class: "words-now", "aria-hidden": "true" });
  const said = make("p", { class: "visually-hidden", role: "status", "data-testid": "words-said" });
  const way = make("ol", {
    class: "words-way",
    reversed: true,
    "aria-label": say("media_words_way"),
    "data-empty": say("media_words_way_empty"),
  });
  const near = make("p", { class: "words-told", "data-testid": "words-near" });
  const rank = make("p", { class: "words-told", "data-testid": "words-rank" });
  /** @type {string[]} */
  let words = []; // the newest last
  let by = ""; // the model that wrote them
  host.append(now, said, near, rank, ...(typed?.parts ?? []), way);

  /** Forgets what was said of another model's words. @param {Model} model */
  function open({ name }) {
    if (name === by) return;
    by = name;
    words = [];
    for (const place of [near, rank]) put(place, "");
  }

  /** What is said of another word keeps its room unseen, until it is said of this one. @param {string} word */
  function keepTo(word) {
    for (const place of [near, rank]) place.style.visibility = place.dataset.of === word ? "" : "hidden";
  }

  /** Says something of the word that is shown. @param {HTMLElement} place @param {string} sentence */
  function tell(place, sentence) {
    put(place, sentence);
    place.dataset.of = words.at(-1);
    place.style.visibility = "";
  }

  /** @param {string} word */
  function add(word) {
    if (word === words.at(-1)) return;
    words = [...words, word].slice(-WAY - 1);
    const items = words.map((one, i) => make("li", {}, ...marked(one, words[i - 1] ?? "")));
    now.replaceChildren(...marked(word, words.at(-2) ?? ""));
    way.replaceChildren(...items.slice(0, -1).reverse().slice(0, WAY));
  }

  return {
    show(model, sample, moving) {
      const word = saidWord(model, sample);
      open(model);
      typed?.open(model);
      add(word);
      keepTo(word);
      if (moving) return;
      put(said, word);
    },
    sequence() {
      words = [];
      way.replaceChildren();
    },
    stop() {},
    near(model, [{ sample, distance }]) {
      const key = distance ? "media_words_near" : "media_words_learnt";
      tell(near, say(key, { word: saidWord(model, sample), distance }));
    },
    ranked(_, share) {
      tell(rank, say("media_words_rank", { share: `${Math.round(100 * share)} %` }));
    },
  };
}
