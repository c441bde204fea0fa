// Entries of a legend: a mark and the word for it.

/** @param {string} look of the mark, as live.css names it */
export const keyOf = (look, word) => `<span class="live-key live-${look}"><i></i>${word}</span>`;
export const lineKey = (role, word) => keyOf(`line-${role}`, word);
