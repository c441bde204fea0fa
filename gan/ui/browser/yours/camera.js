// The camera, where there is one that this page may use: what it sees stays in the page.

import { Trouble } from "../core/trouble.js";
import { tellTrouble } from "./room.js";
import { showTools } from "./showing.js";
import { setPicture } from "./taking.js";

/** @typedef {import("./room.js").Room} Room */

const IDEAL = 640; // pixels of a side

/**
 * @param {Room} room
 * @param {() => void} taken is called when a picture was taken
 */
export function watchCamera(room, taken) {
  const { find } = room, video = find(".yours-video");
  let before = room.source;
  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
  const close = () => {
    stop();
    if (room.source === "camera") room.source = before;
    showTools(room);
  };
  find("#yours-camera").addEventListener("click", async () => {
    if (room.source === "camera") return close();
    try {
      video.srcObject = await openCamera();
      await video.play();
      if (!room.displayed) return stop();
      before = room.source;
      room.source = "camera";
      video.hidden = false;
      showTools(room);
    } catch (error) {
      stop();
      tellTrouble(room, error);
    }
  });
  find("#yours-stop").addEventListener("click", close);
  find("#yours-take").addEventListener("click", () => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width) return;
    try {
      setPicture(room, video, { width, height });
      stop();
      taken();
    } catch (error) {
      tellTrouble(room, error);
    }
  });
  return { close };
}

/** A stream of pictures. A page that is not safe has no `mediaDevices`, a machine no camera, a visitor says no. */
async function openCamera() {
  try {
    const video = { width: { ideal: IDEAL }, height: { ideal: IDEAL } };
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    console.error(error);
    throw new Trouble("trouble_no_camera");
  }
}
