// Scores beside their roll: played with a playhead over the picture, their notes as text, and what can be saved.

import { midi } from "../core/midi.js";
import { INKS } from "../core/roll.js";
import { scoreOf } from "../core/stored_rows.js";
import { BEAT, nameOf, onePiece, originOf, tonesOf, withoutChord } from "../core/voices.js";
import { make, put } from "../page/elements.js";
import { pictureOf } from "./place.js";
import { canSound, newPlayer, soundFile } from "./synth.js";
import { FASTEST, followTempo, setTempo, SLOWEST, tempo } from "./tempo.js";

/** @import { Hero, Showing, Way } from "./place.js" */
/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Score } from "../core/stored_rows.js" */
/** @import { Tone } from "../core/voices.js" */

/** @type {Hero} */
export const SCORES = {
  mount,
  files: () => [
    { suffix: ".mid", word: "media_scores_mid", many: true, noted: true, make: midiOf },
    ...(canSound() ? [{ suffix: ".wav", word: "media_scores_wav", many: true, noted: true, make: waveOf }] : []),
  ],
};

/**
 * Samples as one piece.
 * @param {Model} model
 * @param {Float32Array[]} samples
 */
const pieceOf = (model, samples) => onePiece(samples.map((sample) => scoreOf(model, sample)));

/** @type {import("./place.js").Saved["make"]} */
function midiOf(model, samples, _, note) {
  const bytes = midi(tonesOf(pieceOf(model, samples)), model.traits.voices, tempo(), note);
  return Promise.resolve(new Blob([bytes], { type: "audio/midi" }));
}

/** @type {import("./place.js").Saved["make"]} */
async function waveOf(model, samples, _, note) {
  return new Blob([await soundFile(pieceOf(model, samples), tempo(), note)], { type: "audio/wav" });
}

/**
 * A voice's notes, each with its beats where these are not one.
 * @param {Tone[]} tones
 */
function written(tones) {
  const beats = (/** @type {number} */ length) => (length === 1 ? "½" : `${length / BEAT}`.replace(".5", "½"));
  return tones.map(({ pitch, length }) => (length === BEAT ? nameOf(pitch) : `${nameOf(pitch)} ${beats(length)}`))
    .join(", ");
}

/**
 * The line over a picture at which it is heard.
 * @param {HTMLElement} host of the hero
 */
function playhead(host) {
  const line = make("span", { class: "scores-playhead", "aria-hidden": "true", hidden: true });
  return {
    line,
    /** @param {number | null} share of the way through the picture; null: nothing is heard */
    move(share) {
      const picture = pictureOf(host);
      line.hidden = share === null || !picture;
      if (share === null || !picture) return;
      const place = picture.offsetParent;
      if (place && line.parentElement !== place) place.append(line);
      line.style.left = `${picture.offsetLeft + share * picture.offsetWidth}px`;
      line.style.top = `${picture.offsetTop}px`;
      line.style.height = `${picture.offsetHeight}px`;
    },
  };
}

/**
 * @param {HTMLElement} host
 * @param {Say} say
 * @returns {Showing}
 */
function mount(host, say) {
  const button = make("button", { type: "button", class: "scores-play", "data-testid": "scores-play" });
  const whole = make("button", { type: "button", class: "scores-play", "data-testid": "scores-way", hidden: true });
  const slider = make("input", { type: "range", min: SLOWEST, max: FASTEST, step: 1 });
  const beats = make("output", {}, "");
  const loop = make("input", { type: "checkbox", checked: true });
  const said = make("p", { class: "scores-said", role: "status", "data-testid": "scores-said" });
  const voices = make("ol", { class: "scores-voices", "data-testid": "scores-voices" });
  const head = playhead(host);
  /** @type {Score | null} */
  let score = null;
  /** @type {Way | null} */
  let way = null;
  let through = false; // whether it is the way that plays, and not the score that is shown
  const player = newPlayer({
    moved(step) {
      if (step === null) {
        through = false;
        head.move(null);
      } else {
        const from = through && score && way ? originOf(step, way.samples.length, score.steps) : { frame: 0, step };
        if (through && way) way.look(from.frame);
        if (score) head.move(from.step / score.steps);
      }
      tellPlaying();
    },
    failed: () => put(said, say("media_scores_silent")),
  });

  function tellPlaying() {
    const one = player.playing && !through, all = player.playing && through;
    put(button, say(one ? "media_scores_stop" : way ? "media_scores_play_one" : "media_scores_play"));
    put(whole, say(all ? "media_scores_stop" : "media_scores_play_way"));
    button.dataset.playing = String(one);
    whole.dataset.playing = String(all);
    whole.hidden = !way;
  }

  function tellTempo() {
    player.tempo = tempo();
    slider.value = String(tempo());
    put(beats, say("media_scores_beats", { beats: tempo() }));
  }

  button.addEventListener("click", () => {
    const stops = player.playing && !through;
    player.stop();
    if (!stops && score) player.play(score);
    tellPlaying();
  });
  whole.addEventListener("click", () => {
    const stops = player.playing && through;
    player.stop();
    if (!stops && way) {
      way.look(0);
      through = true;
      player.play(pieceOf(way.model, way.samples));
    }
    tellPlaying();
  });
  slider.addEventListener("input", () => setTempo(Number(slider.value)));
  loop.addEventListener("change", () => {
    player.loops = loop.checked;
  });
  button.disabled = whole.disabled = !canSound();
  host.append(
    make(
      "div",
      { class: "scores-transport", role: "group", "aria-label": say("media_scores_transport") },
      whole,
      button,
      make("label", { class: "scores-tempo" }, say("media_scores_tempo"), slider, beats),
      make("label", {}, loop, say("media_scores_loop")),
    ),
    said,
    make("details", { class: "scores-notes" }, make("summary", {}, say("media_scores_notes")), voices),
  );
  tellPlaying();
  tellTempo();
  followTempo(host, slider, tellTempo);

  return {
    show(model, sample, moving) {
      score = scoreOf(model, sample);
      if (player.playing && !through) player.change(score);
      if (!moving) tell(model, score);
    },
    film(other) {
      if (through) player.stop();
      way = other;
      tellPlaying();
    },
    sequence() {
      if (through) player.stop();
      if (score && !player.playing) player.play(score); // it goes on with each frame that is shown
      tellPlaying();
    },
    stop() {
      player.stop();
      head.line.remove();
      tellPlaying();
    },
  };

  /** @param {Model} model @param {Score} now */
  function tell(model, now) {
    const lines = tonesOf(now), played = lines.flat().map(({ pitch }) => pitch), none = withoutChord(now);
    const beats = none.length, chords = beats - none.filter(Boolean).length;
    put(
      said,
      say(chords === beats ? "media_scores_said_all" : "media_scores_said", {
        notes: played.length,
        voices: lines.length,
        low: nameOf(Math.min(...played)),
        high: nameOf(Math.max(...played)),
        chords,
        beats,
      }),
    );
    voices.replaceChildren(...lines.map((line, voice) => {
      const name = model.traits.voices[voice], swatch = make("i", { "aria-hidden": "true" });
      swatch.style.background = `rgb(${INKS[voice].join(" ")})`;
      const word = say(`media_scores_${name}`);
      return make("li", {}, swatch, make("b", {}, word === `media_scores_${name}` ? name : word), ` ${written(line)}`);
    }));
  }
}
