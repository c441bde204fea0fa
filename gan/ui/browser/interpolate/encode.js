// What a browser makes of a film without a server: a contact sheet, a zip of the frames, and the film as it plays.

import { asciiJson } from "../core/png.js";
import { pngFile } from "../page/pictures.js";
import { freeBox, voidElement } from "../core/film_file.js";
import { zip } from "../core/zip.js";
import { frameImage } from "./frames.js";

const FILM_SIDE = 448, SHEET_SIDE = 112, SHEET_MOST = 4096; // as gan/media/films.py has them
const BETWEEN = "rgb(128, 128, 128)"; // the grey of a contact sheet, there too
const KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4;codecs=avc1.42E01E", "video/webm;codecs=vp9", "video/webm"];
const BITS = 8e6; // a second, of a recorded film

// ---- pictures ---------------------------------------------------------------------------------------------------

function canvas(width, height) {
  const made = Object.assign(document.createElement("canvas"), { width, height });
  made.getContext("2d").imageSmoothingEnabled = false;
  return made;
}

function still(reel, frame) {
  // one frame at its own size
  const made = canvas(reel.width, reel.height);
  made.getContext("2d").putImageData(frameImage(reel, frame), 0, 0);
  return made;
}

const breath = () =>
  new Promise((done) => {
    setTimeout(done);
  });

export async function zipOfFrames(reel, settings, told) {
  const files = [{ name: "film.json", bytes: new TextEncoder().encode(asciiJson(settings)) }];
  for (let frame = 0; frame < reel.length; frame++) {
    const file = await pngFile(still(reel, frame));
    files.push({
      name: `frame-${String(frame).padStart(4, "0")}.png`,
      bytes: new Uint8Array(await file.arrayBuffer()),
    });
    told((frame + 1) / reel.length);
  }
  return zip(files);
}

export async function contactSheet(reel, settings, told) {
  const columns = Math.min(Math.round(Math.sqrt(reel.length)), reel.length), rows = Math.ceil(reel.length / columns);
  const side = Math.max(reel.width, reel.height), across = Math.max(columns, rows) * (side + 1) + 1;
  const scale = Math.max(1, Math.min(Math.floor(SHEET_SIDE / side), Math.floor(SHEET_MOST / across)));
  const width = reel.width * scale + 1, height = reel.height * scale + 1;
  const made = canvas(columns * width + 1, rows * height + 1), g = made.getContext("2d");
  g.fillStyle = BETWEEN;
  g.fillRect(0, 0, made.width, made.height);
  for (let frame = 0; frame < reel.length; frame++) {
    g.drawImage(
      still(reel, frame),
      (frame % columns) * width + 1,
      Math.floor(frame / columns) * height + 1,
      width - 1,
      height - 1,
    );
    if (frame % 32 === 31) {
      told(frame / reel.length);
      await breath();
    }
  }
  return pngFile(made, 1, settings);
}

// ---- the film, recorded while it plays --------------------------------------------------------------------------

export const recordedKind =
  () => (globalThis.MediaRecorder ? KINDS.find((one) => MediaRecorder.isTypeSupported(one)) ?? "" : "");
export const recordedSuffix = () => (recordedKind().startsWith("video/mp4") ? ".mp4" : ".webm");

export async function recordedFilm(reel, settings, told) {
  // takes as long as the film lasts; its settings stand behind it, where players do not look
  const scale = Math.max(1, Math.floor(FILM_SIDE / Math.max(reel.width, reel.height)));
  const even = (side) => side * scale + side * scale % 2;
  const made = canvas(even(reel.width), even(reel.height)), g = made.getContext("2d");
  // Firefox has no requestFrame: there every drawing is a frame.
  const own = "requestFrame" in (globalThis.CanvasCaptureMediaStreamTrack?.prototype ?? {});
  const stream = own ? made.captureStream(0) : made.captureStream(), [track] = stream.getVideoTracks();
  const recorder = new MediaRecorder(stream, { mimeType: recordedKind(), videoBitsPerSecond: BITS }), parts = [];
  const ended = new Promise((done, failed) => {
    recorder.onstop = done;
    recorder.onerror = (event) => failed(event.error ?? event);
  });
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const draw = (frame) => {
    g.drawImage(still(reel, frame), 0, 0, made.width, made.height);
    track.requestFrame?.();
  };
  draw(0);
  recorder.start();
  const begun = performance.now();
  for (let frame = 0; frame < reel.length; frame++) {
    draw(frame);
    told((frame + 1) / reel.length);
    const until = begun + (frame + 1) * 1000 / reel.film.fps;
    await new Promise((done) => {
      setTimeout(done, Math.max(until - performance.now(), 0));
    });
  }
  recorder.stop();
  await ended;
  track.stop();
  const text = asciiJson(settings);
  return new Blob([...parts, recordedSuffix() === ".mp4" ? freeBox(text) : voidElement(text)], {
    type: recordedKind().split(";")[0],
  });
}
