// Explore as it stands: one object, handed to whatever shows it or changes it.

import { HEROES } from "../media/index.js";
import { heroPlace } from "../media/place.js";
import { newHistory } from "./history.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { Say } from "../core/words.js" */
/** @import { How } from "../engine/client.js" */
/** @import { History } from "./history.js" */

/**
 * Pictures that follow when the hand rests.
 * @typedef {object} Job
 * @property {HTMLElement} box whose pictures they are: nothing is made while it is folded or hidden
 * @property {() => string} key what they depend on: while it stays, they stay
 * @property {(alive: () => boolean) => Promise<boolean>} run makes them; false where it was left off
 * @property {Model} [of] the model that they belong to; without it, any
 * @property {boolean} [fetches] whether it may wait for a file, so that the others go first
 * @property {boolean} [hurried] whether it follows while the hand still moves
 * @property {boolean} [busy]
 * @property {string} [done] the key of what is shown
 */

/**
 * What is built once and shows what the state says. All that have it are opened for a model and set to a view.
 * @typedef {object} Parts
 * @property {ReturnType<typeof import("./controls.js").buildControls>} controls
 * @property {ReturnType<typeof import("./seed_plane.js").buildSeedPlane>} plane
 * @property {ReturnType<typeof import("./inside.js").buildNearest>} nearest
 * @property {ReturnType<typeof import("./inside.js").buildLayers>} layers
 * @property {ReturnType<typeof import("./inside.js").buildCritic>} critic
 * @property {ReturnType<typeof import("./medium.js").buildMedium>} medium
 * @property {ReturnType<typeof import("./bookmarks.js").buildBookmarks>} bookmarks
 */

/**
 * What the parts may do with the page.
 * @typedef {object} Acts
 * @property {(edit: (view: View) => View) => void} slide changes the view while a hand still moves
 * @property {(edit: (view: View) => View) => void} change changes it in a step of its own for undo
 * @property {() => void} settle makes one step for undo of what was done since the last
 * @property {() => void} rest has everything else follow, after a while without a change
 * @property {(view: View) => Promise<void>} visit shows another view, maybe of another model
 * @property {(name: string) => Promise<void>} open shows another model
 * @property {(error: unknown) => null} trouble tells what went wrong
 * @property {(job: Job) => void} follow adds pictures that follow when the hand rests
 * @property {(views: View[], task: string) => Promise<Float32Array[] | null>} render one image for each view; null
 *   where it failed, or where another model is shown by then
 * @property {() => Float32Array} z of the view
 * @property {() => boolean} visible whether somebody may be looking
 */

/**
 * @typedef {object} State
 * @property {HTMLElement} section the tab's frame
 * @property {HTMLCanvasElement} canvas of the picture
 * @property {Say} say
 * @property {{ name: string, critic: boolean, held: boolean, reference: boolean }[]} list the models there are
 * @property {Model | null} model that is shown; null before the first has come
 * @property {View | null} view what decides the picture; null before the first
 * @property {Float32Array | null} images of the newest picture on the canvas
 * @property {View | null} shown the view of that picture
 * @property {How | ""} how pictures are made
 * @property {boolean} displayed whether the tab is open
 * @property {number} asked how often another view was asked for: the newest counts
 * @property {History} history
 * @property {{ busy: boolean, dirty: boolean, times: number[], trouble: string }} drawing whether a picture is being
 *   drawn, whether the view has changed since, the last drawings' milliseconds, and why the newest failed; "" where it
 *   did not
 * @property {{ jobs: Job[], turn: number }} following what follows when the hand rests, and how often that began
 * @property {{ resting: number, settling: number }} timers
 * @property {import("../media/place.js").HeroPlace} hero what stands beside the picture, by its medium
 * @property {{ model: Model, images: Float32Array } | null} beside what was drawn last as another model's picture
 * @property {import("../media/place.js").HeroPlace} besideHero the same as `hero` for that one
 * @property {ReturnType<typeof import("./stroll.js").stroll>} stroll the walk that the page opens with, until a touch
 * @property {Parts} parts
 *
 * @typedef {State & Acts} Page
 */

/**
 * Explore before anything has come.
 * @param {HTMLElement} section
 * @param {Say} say
 */
export function newState(section, say) {
  return {
    section,
    canvas: section.querySelector("#explore-canvas"),
    say,
    list: [],
    model: null,
    view: null,
    images: null,
    shown: null,
    how: "",
    displayed: false,
    asked: 0,
    history: newHistory(null),
    drawing: { busy: false, dirty: false, times: [], trouble: "" },
    following: { jobs: [], turn: 0 },
    timers: { resting: 0, settling: 0 },
    hero: heroPlace(section.querySelector(".explore-media"), say, HEROES),
    beside: null,
    besideHero: heroPlace(section.querySelector(".explore-media-beside > div"), say, HEROES),
    stroll: { walks: false, end() {}, resume() {} },
    parts: {},
  };
}

/** What the host says of the model that is shown. */
export const entryOf = ({ list, model }) => list.find(({ name }) => name === model.name);
