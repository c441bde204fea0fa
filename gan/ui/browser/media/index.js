// What stands beside a picture where a medium can be read, heard or played: its hero, one file here and one entry of
// HEROES. A medium without one is shown as its picture alone.

import { CLIPS } from "./clips.js";
import { GRAPHS } from "./graphs.js";
import { SCORES } from "./scores.js";
import { SOUNDS } from "./sounds.js";
import { WORDS } from "./words.js";

/** @import { Hero } from "./place.js" */

/** @type {Record<string, Hero>} */
export const HEROES = {
  words: WORDS,
  clips: CLIPS,
  graphs: GRAPHS,
  scores: SCORES,
  sounds: SOUNDS,
};
