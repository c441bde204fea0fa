// Where files come from: the host of the app, or the folder of a static site.
import { appHost } from "./app_host.js";
import { siteHost } from "./site_host.js";

/** A static site says of itself what it has: {first, models, files, worker}. */
export const host = globalThis.atelierSite ? siteHost(globalThis.atelierSite) : appHost();
