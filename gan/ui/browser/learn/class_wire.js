// A class as its pages know it: opened or followed, asked after again and again. The other end is `ClassRoutes` in
// gan/ui/learn/routes.py.
import { keepText, keptText } from "../page/storage.js";
import { beacon, post } from "../page/wire.js";

const LOST = 2000; // milliseconds until a host that does not answer is asked again
/** What the browser keeps of a class until its window is closed. */
const KEPT = { teacher: "atelier-class", follower: "atelier-class-place" };

/** @typedef {import("../core/classroom.js").ClassState} ClassState */

/**
 * @typedef {object} Classroom
 * @property {"teacher" | "follower"} role
 * @property {string | null} id null before the host has answered, and after the class has ended
 * @property {ClassState | null} state the newest
 * @property {number} asked how often the host was asked; answers that come late are told apart by it
 * @property {number} taken which of the answers is the newest
 * @property {any} timer of the next question
 * @property {boolean} asking whether a question is on its way
 * @property {() => boolean} seen whether a follower looks; a teacher's page asks all the time
 * @property {(news: { state?: ClassState, trouble?: string, lost?: boolean, ended?: boolean }) => void} told
 */

/** The id of the class that this window teaches, from before a reload; null where there is none. */
export const keptClass = () => keptText(KEPT.teacher, "sessionStorage") || null;

/**
 * Opens a class or follows one.
 * @param {"teacher" | "follower"} role
 * @param {string} code of the class that is followed
 * @param {Pick<Classroom, "seen" | "told">} page
 * @returns {Promise<Classroom>}
 */
export async function enterClass(role, code, page) {
  /** @type {Classroom} */
  const room = { role, id: null, state: null, asked: 0, taken: 0, timer: 0, asking: false, ...page };
  const resume = keptText(KEPT[role], "sessionStorage");
  const answer = await post(role === "teacher" ? "class/open" : "class/follow", { code, resume });
  if (answer.trouble) {
    room.told({ trouble: answer.trouble });
    return room;
  }
  room.id = answer.id;
  keepText(KEPT[role], answer.id, "sessionStorage");
  take(room, answer);
  beat(room);
  return room;
}

/** @param {Classroom} room */
function take(room, answer) {
  if (answer.trouble && !answer.gone) return room.told({ trouble: answer.trouble });
  if (answer.gone) {
    forget(room);
    return room.told({ ended: true });
  }
  room.state = answer;
  room.told({ state: answer });
}

/** @param {Classroom} room */
function forget(room) {
  clearTimeout(room.timer);
  room.id = null;
  keepText(KEPT[room.role], "", "sessionStorage");
}

/**
 * Asks, and then again after a while.
 * @param {Classroom} room
 */
export async function beat(room) {
  clearTimeout(room.timer);
  if (!room.id || room.asking || !room.seen()) return;
  room.asking = true;
  await tell(room, "poll");
  room.asking = false;
  clearTimeout(room.timer);
  if (room.id) room.timer = setTimeout(() => beat(room), room.state?.every ?? LOST);
}

/**
 * Asks a route of the class for something and takes its answer in.
 * @param {Classroom} room
 * @param {"poll" | "show" | "reveal" | "vote"} route
 */
export async function tell(room, route, more = {}) {
  const { id } = room, number = ++room.asked;
  try {
    const answer = await post(`class/${route}`, { id, ...more });
    if (room.id !== id || number < room.taken) return; // a newer one has come before it
    room.taken = number;
    take(room, answer);
  } catch {
    if (room.id === id) room.told({ lost: true });
  }
}

/**
 * Ends the class for everybody.
 * @param {Classroom} room
 */
export async function endClass(room) {
  const { id } = room;
  forget(room);
  await post("class/end", { id }).catch(() => {}); // a host that does not answer forgets it by itself
}

/**
 * A follower goes; or either's page closes, which may only be a reload.
 * @param {Classroom} room
 */
export function leaveClass(room, forGood = false) {
  if (room.id) beacon("class/leave", { id: room.id });
  if (forGood) forget(room);
}
