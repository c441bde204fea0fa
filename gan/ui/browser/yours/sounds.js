// Sounds that a visitor gives: from a file or by the microphone. They are decoded here, and go nowhere; what was given
// and what the forger makes of it are heard.

import { givenSound, LONGEST } from "../core/given_sound.js";
import { AT_REST } from "../core/griffin_lim.js";
import { saidParts } from "../core/spectrogram.js";
import { Trouble } from "../core/trouble.js";
import { onALine, wavOf } from "../core/wav.js";
import { madeSound } from "../media/sound_making.js";
import { newPlayer } from "../media/sound_player.js";
import { put } from "../page/elements.js";
import { saveBlob } from "../page/files.js";
import { note } from "../page/notes.js";
import { tellTrouble } from "./room.js";

/** @typedef {import("./room.js").Room} Room */

const RECORDED = 2000; // milliseconds after which a recording ends by itself
const PIECE = 100, OPENS = 8000; // milliseconds of a piece of it, and in which a microphone says the first
const MOST_BYTES = 40e6; // of a file: a decoder has all of it in memory
// What a microphone is not to do: a voice is wanted as it is.
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/**
 * The sound of a file, its channels mixed, at the rate of the model.
 * @param {Blob} file
 * @param {number} rate
 * @returns {Promise<{ sound: Float32Array, cut: boolean }>} at most LONGEST seconds, and whether there was more
 */
async function decoded(file, rate) {
  if (!file.size) throw new Trouble("trouble_empty_file");
  if (file.size > MOST_BYTES) throw new Trouble("trouble_large_sound", { most: MOST_BYTES / 1e6 });
  let buffer;
  try {
    buffer = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await file.arrayBuffer());
  } catch (error) {
    console.error(error); // the browser's own words
    throw new Trouble("trouble_no_sound");
  }
  const { numberOfChannels: channels, length } = buffer, count = Math.min(length, LONGEST * rate);
  const sound = new Float32Array(count);
  for (let c = 0; c < channels; c++) {
    const part = buffer.getChannelData(c);
    for (let i = 0; i < count; i++) sound[i] += part[i] / channels;
  }
  return { sound, cut: length > count };
}

/**
 * Takes the sound of a file, if it is one.
 * @param {Room} room
 * @param {Blob} file
 */
export async function takeSound(room, file) {
  const { traits } = room.model, { sound, cut } = await decoded(file, traits.rate);
  const { longer, ...given } = givenSound(sound, traits),
    seconds = (traits.hop * traits.frames / traits.rate).toFixed(2);
  Object.assign(room, { sound: given, source: "sound" });
  if (cut) note(room.say("sound_cut", { longest: LONGEST, seconds }));
  else if (longer) note(room.say("sound_longer", { seconds }));
}

/** What a sample says, in the page's language. @param {Room} room @param {Float32Array} sample */
function inWords({ say, model }, sample) {
  const { what, voice, seconds, hertz } = saidParts(model, sample);
  const key = !seconds ? "sound_silence" : voice ? "sound_said_by" : what ? "sound_said" : "sound_a_sound";
  return say(key, { what: say.named(what ?? ""), voice: say.named(voice ?? ""), seconds: seconds.toFixed(2), hertz });
}

/** Says what is heard in what was given, and in what was made of it. @param {Room} room */
export function tellHeard(room) {
  const { find, given, answer } = room;
  put(find(".yours-heard-given"), inWords(room, given));
  put(find(".yours-heard-made"), inWords(room, answer.image));
}

/** What one hears of what was given: the visitor's own sound, or that of the forger's own sample. @param {Room} room */
const soundGiven = ({ source, sound, model, given }) =>
  source === "sound" ? sound.sound : madeSound(model, given, AT_REST);

/** @param {Room} room */
const soundMade = ({ model, answer }) => madeSound(model, answer.image, AT_REST);

/**
 * @param {Room} room
 * @param {() => void} taken is called when another sound is there
 */
export function watchSounds(room, taken) {
  const { find, say } = room, player = newPlayer(() => {});
  const hear = async (made) => {
    if (!room.answer) return;
    const awake = player.wake(), sound = await made(room);
    if (await awake) player.play(onALine([sound], [0], room.model.traits.rate), room.model.traits.rate);
    else note(say("sound_refused"), true);
  };
  find("#yours-hear-given").addEventListener("click", () => hear(soundGiven));
  find("#yours-hear-made").addEventListener("click", () => hear(soundMade));
  find("#yours-wav").addEventListener("click", async () => {
    if (!room.answer) return;
    const { name, traits } = room.model;
    saveBlob(new Blob([wavOf(await soundMade(room), traits.rate)], { type: "audio/wav" }), `${name}-yours.wav`);
  });
  return watchMicrophone(room, () => {
    player.stop();
    taken();
  });
}

// ---- the microphone ------------------------------------------------------------------------------------------------

/** A stream of sound. A page that is not safe has no `mediaDevices`, a machine no microphone, a visitor says no. */
async function openMicrophone() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: PLAIN, video: false });
  } catch (error) {
    console.error(error);
    throw new Trouble(error.name === "NotAllowedError" ? "trouble_microphone_refused" : "trouble_no_microphone");
  }
}

/**
 * One button that records, and ends what it records; it ends by itself after RECORDED.
 * @param {Room} room
 * @param {() => void} taken
 */
function watchMicrophone(room, taken) {
  const { find, say, section } = room, button = find("#yours-record");
  /** @type {MediaRecorder | null} */
  let recorder = null;
  let opening = false;
  const tell = (recording) => {
    section.dataset.recording = recording ? "yes" : "";
    button.setAttribute("aria-pressed", String(recording));
    put(button, say(recording ? "record_stop" : "record"));
  };
  const stop = () => {
    if (recorder?.state === "recording") recorder.stop();
  };
  const close = () => {
    const old = recorder;
    recorder = null; // what it recorded is dropped
    if (old?.state === "recording") old.stop();
  };

  async function record() {
    const stream = await openMicrophone(), pieces = [], own = new MediaRecorder(stream);
    const ended = new Promise((done) => own.addEventListener("stop", done));
    let clock = setTimeout(stop, OPENS);
    own.addEventListener("dataavailable", ({ data }) => {
      if (!pieces.length) { // from now on one is heard: a microphone may take a while to open
        clearTimeout(clock);
        clock = setTimeout(stop, RECORDED);
        if (recorder === own) tell(true);
      }
      pieces.push(data);
    });
    recorder = own;
    own.start(PIECE);
    await ended;
    clearTimeout(clock);
    for (const track of stream.getTracks()) track.stop();
    tell(false);
    if (recorder !== own) return;
    await takeSound(room, new Blob(pieces, { type: own.mimeType }));
    taken();
  }

  button.addEventListener("click", async () => {
    if (recorder?.state === "recording") return stop();
    if (opening || !room.model) return;
    opening = true;
    try {
      await record();
    } catch (error) {
      tell(false);
      tellTrouble(room, error);
    }
    opening = false;
  });
  return { close };
}
