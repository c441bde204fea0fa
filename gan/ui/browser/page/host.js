// Where files come from: the host of the app, or the folder of a static site.
import { appHost } from "./app_host.js";
import { GLOBALS } from "./globals.js";
import { siteHost } from "./site_host.js";

export const host = GLOBALS.atelierSite ? siteHost(GLOBALS.atelierSite) : appHost();
