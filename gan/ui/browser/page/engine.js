// The page's one engine.
import { Engine } from "../engine/client.js";
import { host } from "./host.js";
import { OPENED } from "./links.js";

export const engine = new Engine(host, host.worker, OPENED.get("engine"));
