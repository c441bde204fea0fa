// The page's language: what its first script made the browser's own.

export const pageLanguage = () => ((navigator.language || "en").toLowerCase().startsWith("zh") ? "zh-CN" : "en");

/**
 * One of two texts, for the few sentences that no table of words reaches.
 * @param {string} english
 * @param {string} chinese
 */
export const inLanguage = (english, chinese) => (pageLanguage() === "en" ? english : chinese);
