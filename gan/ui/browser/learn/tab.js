// The Learn tab as its modules hand it around: where one is, what is shown, and the parts that show it.
import { noProgress } from "../core/lesson.js";

/**
 * What stands on the plane.
 * @typedef {object} Shown
 * @property {any} scene
 * @property {import("../core/recordings.js").Frame} frame
 * @property {import("../core/recordings.js").CurvePoint[]} curve up to the frame
 * @property {number} last steps where the curves' axis ends
 *
 * A class as the tab knows it.
 * @typedef {object} ClassPlace
 * @property {"teacher" | "follower"} role
 * @property {string} code of the class that is followed; "" for its teacher
 * @property {import("./class_wire.js").Classroom | null} room null until the host has answered
 * @property {import("../core/classroom.js").ClassState | null} state the newest
 * @property {string} trouble what the host would not do
 * @property {boolean} isLost whether the host does not answer
 * @property {boolean} isEnded
 * @property {string} shared the id of the teacher's run that the class watches
 *
 * @typedef {object} LearnTab
 * @property {HTMLElement} section that everything stands in
 * @property {(selector: string) => any} find an element of the section
 * @property {import("../core/words.js").Say} say
 * @property {import("../core/lesson.js").Step[]} steps
 * @property {import("./coda.js").Coda} coda what stands behind the last of them
 * @property {import("../core/lesson.js").Progress} progress
 * @property {import("../core/recordings.js").Recording | null} recording of the step; null until it has come
 * @property {string} take of the recording that is shown
 * @property {number} place in it
 * @property {[number, number]} span the places between which one can go back and forth
 * @property {import("../core/lesson.js").Clip | null} clip that plays, or was played last
 * @property {number} playing the request of its next drawing; 0 while nothing plays
 * @property {boolean} hidden whether nobody can see who made which point
 * @property {[number, number]} latent the z whose fake is marked
 * @property {string[]} layers of the plane that are drawn
 * @property {any} free the run that trains for real, of free_run.js; null while a recording is shown
 * @property {Shown | null} shown
 * @property {any} colours of the theme, by role
 * @property {ClassPlace | null} classroom that one teaches or follows
 * @property {boolean} displayed whether the section takes any room
 * @property {number} updates drawings so far
 */

/** What the browser keeps between visits. */
export const KEPT = "atelier-learn";
/** Motion is by hand for those who want less of it. */
export const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} section
 * @param {import("../core/words.js").Say} say
 * @param {{ steps: import("../core/lesson.js").Step[], coda: import("./coda.js").Coda }} schema
 * @returns {LearnTab}
 */
export const emptyTab = (section, say, { steps, coda }) => ({
  section,
  find: (selector) => section.querySelector(selector),
  say,
  steps,
  coda,
  progress: noProgress(),
  recording: null,
  take: "",
  place: 0,
  span: [0, 0],
  clip: null,
  playing: 0,
  hidden: false,
  latent: [0.3, 0.6],
  layers: [],
  free: null,
  shown: null,
  classroom: null,
  colours: null,
  displayed: section.getClientRects().length > 0,
  updates: 0,
});

/** The step one is at. */
export const stepNow = ({ steps, progress }) => steps[progress.at];
