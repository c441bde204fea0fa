// Sounds beside their picture: the spectrogram with its axes, Play, what is heard in words, the nearest real sound.
import { AT_REST, DRAGGING } from "../core/griffin_lim.js";
import { heightOf, secondsOf } from "../core/mel.js";
import { saidParts } from "../core/spectrogram.js";
import { heardFrames, onALine, STEP, wavOf } from "../core/wav.js";
import { make, put } from "../page/elements.js";
import { drawPicture } from "../page/pictures.js";
import { keep, kept } from "../page/storage.js";
import { madeSound } from "./sound_making.js";
import { newPlayer } from "./sound_player.js";

/** @import { Hero, Showing, Way } from "./place.js" */
/** @import { SoundTraits } from "../core/mel.js" */
/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */
/** @import { SoundPlayer } from "./sound_player.js" */

/**
 * @typedef {object} Place where sounds of a room are shown and played
 * @property {Say} say
 * @property {SoundPlayer} player
 * @property {HTMLElement} sheet the spectrogram with its axes
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} head where the sound is that plays
 * @property {HTMLButtonElement} button that plays and stops
 * @property {HTMLInputElement} along whether it sounds while a control moves
 * @property {HTMLElement} said
 * @property {HTMLButtonElement} real plays the nearest real sound
 * @property {Model | null} model
 * @property {Float32Array | null} sample what is shown
 * @property {{ sample: Float32Array, rounds: number, asked: number } | null} wanted the newest that has not been begun
 * @property {{ sample: Float32Array, rounds: number, sound: Float32Array } | null} made the last that was
 * @property {boolean} busy whether one is being made
 * @property {boolean} moved whether a control has moved since the last rest
 * @property {Float32Array | null} near the nearest real sample
 * @property {object} film what plays as a film; another one, or a stop, takes its place
 * @property {HTMLButtonElement} whole plays the whole way of a film, and stops
 * @property {Way | null} way the film that can be heard as one
 * @property {boolean} through whether it is the way that plays
 */

const TICKS = [250, 500, 1000, 2000]; // Hz
const EVERY = 0.2; // seconds from mark to mark
const HEARD_OUT = 0.35; // seconds that a sound has before another takes its place while a control moves
const KEY = "gan-sounds-along";

/** @type {Hero} */
export const SOUNDS = {
  mount,
  files: () => [{ suffix: ".wav", word: "media_sounds_wav", many: true, noted: true, make: wavFile }],
};

/** @param {Model} model */
const traitsOf = ({ traits }) => /** @type {SoundTraits} */ (traits);

/**
 * The sound of a sample; of a film the sounds of its frames, each when it comes.
 * @param {Model} model
 * @param {Float32Array[]} samples
 * @param {number} fps
 * @param {(share: number) => boolean} told what share of it is made; it is given up where that is false
 * @returns {Promise<Float32Array | null>} within -1..1, but where two sounds meet; null where it was given up
 */
async function oneSound(model, samples, fps, told = () => true) {
  const frames = samples.length > 1 ? heardFrames(samples.length, fps) : [{ frame: 0, at: 0 }];
  const sounds = [];
  for (const { frame } of frames) {
    if (!told(sounds.length / frames.length)) return null;
    sounds.push(await madeSound(model, samples[frame], AT_REST));
  }
  return onALine(sounds, frames.map(({ at }) => at), traitsOf(model).rate);
}

/**
 * A WAV file of such a sound.
 * @type {import("./place.js").Saved["make"]}
 */
async function wavFile(model, samples, fps, note) {
  const sound = /** @type {Float32Array} */ (await oneSound(model, samples, fps)); // nobody gives it up
  return new Blob([wavOf(sound, traitsOf(model).rate, note)], { type: "audio/wav" });
}

/**
 * @param {HTMLElement} host
 * @param {Say} say
 * @returns {Showing}
 */
function mount(host, say) {
  const place = newPlace(host, say);
  return {
    show: (model, sample, moving) => show(place, model, sample, moving),
    sequence: (model, samples, fps) => playFilm(place, model, samples, fps),
    film: (way) => {
      if (place.through) halt(place);
      place.way = way;
      tellPlaying(place);
    },
    stop: () => halt(place),
    near: (model, [found]) => {
      place.near = found.sample;
      place.real.hidden = false;
      const { voice } = saidParts(model, found.sample), distance = found.distance.toFixed(1);
      const key = voice ? "media_sounds_near_by" : "media_sounds_near";
      put(place.real, say(key, { voice: place.say.named(voice ?? ""), distance }));
    },
  };
}

/** Nothing plays on. @param {Place} place */
function halt(place) {
  place.film = {};
  place.through = false;
  place.player.stop();
  tellPlaying(place);
}

/** @param {HTMLElement} host @param {Say} say @returns {Place} */
function newPlace(host, say) {
  const canvas = make("canvas", { "aria-hidden": "true" }), head = make("i", { class: "sounds-head", hidden: true });
  const sheet = make("div", { class: "sounds-sheet", "aria-hidden": "true" }, canvas, head);
  const button = make("button", { type: "button", class: "sounds-play", "data-testid": "sounds-play" });
  const whole = make("button", { type: "button", class: "sounds-play", "data-testid": "sounds-way", hidden: true });
  const along = make("input", { type: "checkbox", checked: Boolean(kept(KEY, false)) });
  const label = make("label", { class: "sounds-along" }, along, say("media_sounds_along"));
  const said = make("p", { class: "sounds-said", role: "status", "data-testid": "sounds-said" });
  const real = make("button", { type: "button", class: "sounds-real", "data-testid": "sounds-real", hidden: true });
  host.append(make("div", { class: "sounds-row" }, whole, button, label), sheet, said, real);
  /** @type {Place} */
  const place = {
    say,
    sheet,
    canvas,
    head,
    button,
    along,
    said,
    real,
    player: newPlayer(() => {
      place.through = false;
      tellPlaying(place);
    }),
    model: null,
    sample: null,
    wanted: null,
    made: null,
    busy: false,
    moved: false,
    near: null,
    film: {},
    whole,
    way: null,
    through: false,
  };
  button.addEventListener("click", () => press(place));
  whole.addEventListener("click", () => pressWhole(place));
  real.addEventListener("click", () => place.near && playOne(place, place.near));
  along.addEventListener("change", () => {
    keep(KEY, along.checked);
    if (along.checked) place.player.wake();
    else place.player.stop();
  });
  tellPlaying(place);
  return place;
}

/** What the buttons do next. @param {Place} place */
function tellPlaying({ button, whole, way, through, say, player, head }) {
  const playing = Boolean(player?.busy);
  put(button, say(playing && !through ? "media_sounds_stop" : way ? "media_sounds_play_one" : "media_sounds_play"));
  put(whole, say(through ? "media_sounds_stop" : "media_sounds_play_way"));
  button.dataset.playing = String(playing && !through);
  whole.dataset.playing = String(playing && through);
  whole.hidden = !way;
  if (!playing) head.hidden = true;
}

/** The marks of time and frequency. @param {Place} place @param {Model} model */
function drawAxes({ sheet, say }, model) {
  const traits = traitsOf(model), long = secondsOf(traits);
  const rows = TICKS.filter((hertz) => hertz > traits.low && hertz < traits.high).map((hertz) =>
    make("span", { class: "sounds-hertz", style: `bottom: ${100 * heightOf(hertz, traits)}%` }, `${hertz}`)
  );
  const marks = Array.from(
    { length: Math.floor(long / EVERY) + 1 },
    (_, i) =>
      make("span", { class: "sounds-second", style: `left: ${100 * i * EVERY / long}%` }, (i * EVERY).toFixed(1)),
  );
  for (const old of sheet.querySelectorAll("span")) old.remove();
  sheet.append(...rows, ...marks, make("span", { class: "sounds-unit" }, say("media_sounds_axes")));
}

/** @param {Place} place @param {Model} model @param {Float32Array} sample @param {boolean} moving */
function show(place, model, sample, moving) {
  if (model !== place.model) drawAxes(place, model);
  if (sample !== place.sample) place.real.hidden = true;
  Object.assign(place, { model, sample });
  drawPicture(place.canvas, model, sample);
  if (moving) {
    place.moved = true;
    if (place.along.checked && !place.through) want(place, DRAGGING);
    return;
  }
  put(place.said, inWords(place, model, sample));
  want(place, AT_REST);
}

/** A sample in the page's language. @param {Place} place @param {Model} model @param {Float32Array} sample */
function inWords({ say }, model, sample) {
  const { what, voice, seconds, hertz } = saidParts(model, sample);
  if (!seconds) return say("media_sounds_silence");
  const key = voice ? "media_sounds_said_by" : what ? "media_sounds_said" : "media_sounds_a_sound";
  return say(key, { what: say.named(what ?? ""), voice: say.named(voice ?? ""), seconds: seconds.toFixed(2), hertz });
}

/** Has the sound of what is shown made, next. @param {Place} place @param {number} rounds */
function want(place, rounds) {
  if (!place.sample) return;
  place.wanted = { sample: place.sample, rounds, asked: performance.now() };
  if (!place.busy) work(place);
}

/** Makes sounds until the newest that was wanted is made. @param {Place} place */
async function work(place) {
  place.busy = true;
  while (place.wanted && place.model) {
    const { sample, rounds, asked } = place.wanted, { model } = place;
    place.wanted = null;
    const sound = await madeSound(model, sample, rounds);
    place.made = { sample, rounds, sound };
    place.sheet.dataset[rounds === DRAGGING ? "dragging" : "rest"] = (performance.now() - asked).toFixed(1);
    follow(place, rounds);
  }
  place.busy = false;
}

/** Lets be heard what a moving control makes, where that is wished. @param {Place} place @param {number} rounds */
function follow(place, rounds) {
  const { player, along, made, model } = place, resting = rounds === AT_REST;
  if (!along.checked || !player.awake || !place.moved || !made || !model || place.through) return;
  if (player.busy && player.since() < HEARD_OUT && !resting) return;
  if (resting) place.moved = false;
  begin(place, made.sound, traitsOf(model));
}

/** @param {Place} place @param {Float32Array} sound @param {SoundTraits} traits */
function begin(place, sound, traits) {
  place.player.play(sound, traits.rate);
  tellPlaying(place);
  moveHead(place, secondsOf(traits));
}

/** The line that goes along while a sound plays. @param {Place} place @param {number} long seconds of the sound */
function moveHead(place, long) {
  const { player, head } = place;
  if (!player.busy) return;
  head.hidden = false;
  head.style.left = `${Math.min(100 * player.since() / long, 100)}%`;
  requestAnimationFrame(() => moveHead(place, long));
}

/** Play, or stop. @param {Place} place */
function press(place) {
  const stops = place.player.busy && !place.through;
  halt(place);
  if (!stops && place.sample) playOne(place, place.sample);
}

/** Play the whole way, or stop. @param {Place} place */
async function pressWhole(place) {
  const { way, through, player, say } = place, awake = player.wake();
  halt(place);
  if (!way || through) return;
  way.look(0); // the film stands still, and halts what plays
  const own = (place.film = {});
  place.through = true;
  tellPlaying(place);
  const going = (/** @type {number} */ share) => {
    if (own !== place.film) return false;
    put(place.said, say("media_sounds_making", { share: `${Math.round(100 * share)} %` }));
    return true;
  };
  const sound = await oneSound(way.model, way.samples, way.fps, going);
  if (!sound || own !== place.film) return;
  if (!(await awake)) {
    halt(place);
    put(place.said, say("media_sounds_refused"));
    return;
  }
  player.play(sound, traitsOf(way.model).rate);
  tellPlaying(place);
  followWay(place, way, -1);
}

/**
 * Shows the frame that is heard, and where in its sound it is.
 * @param {Place} place
 * @param {Way} way
 * @param {number} before the frame that was heard last
 */
function followWay(place, way, before) {
  const { player, head } = place;
  if (!player.busy || !place.through) return;
  const now = player.since(), heard = heardFrames(way.samples.length, way.fps);
  const { frame, at } = heard[Math.min(Math.floor(now / STEP), heard.length - 1)];
  if (frame !== before) {
    way.look(frame);
    put(place.said, inWords(place, way.model, way.samples[frame]));
  }
  head.hidden = false;
  head.style.left = `${Math.min(100 * (now - at) / secondsOf(traitsOf(way.model)), 100)}%`;
  requestAnimationFrame(() => followWay(place, way, frame));
}

/** @param {Place} place @param {Float32Array} sample */
async function playOne(place, sample) {
  const { model, player, made } = place, awake = player.wake();
  if (!model) return;
  const ready = made?.sample === sample && made.rounds === AT_REST;
  const sound = ready ? made.sound : await madeSound(model, sample, AT_REST);
  if (!(await awake)) put(place.said, place.say("media_sounds_refused"));
  else begin(place, sound, traitsOf(model));
}

/**
 * The sounds of a film's frames, each when it comes.
 * @param {Place} place
 * @param {Model} model
 * @param {Float32Array[]} samples
 * @param {number} fps
 */
async function playFilm(place, model, samples, fps) {
  const { player } = place, { rate } = traitsOf(model);
  halt(place);
  const film = (place.film = {});
  if (!(await player.wake())) return;
  const start = player.now();
  for (const { frame, at } of heardFrames(samples.length, fps)) {
    const sound = await madeSound(model, samples[frame], DRAGGING);
    if (film !== place.film) return;
    if (player.now() < start + at + secondsOf(traitsOf(model))) player.add(sound, rate, start + at);
    tellPlaying(place);
  }
}
