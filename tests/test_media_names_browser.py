"""Every sentence of Explore and Interpolate calls the shown model's samples by their own name, in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from explore_desk import NO_SIDEWAYS
from gan.explore.portable import in_16_bits
from gan.models.checkpoint import load_model
from gan.ui.words import WORDS, nouns
from media_names import GIVEN_AWAY, OTHERWISE
from media_site import explored
from spoken_files import few_digits

# Of each medium the smallest that is shipped; the first is a picture's, so that the others' names take its place.
MODELS = {
    "pictures": "digits-mlp", "words": "names-mlp", "scores": "bach-seq", "sounds": "spoken-digits-style",
    "clips": "swinging-digits", "graphs": "graphs-mlp",
}  # fmt: skip
LANGUAGES = ("en", "zh")
IN_CHINESE = ("pictures", "words", "graphs")  # enough to see that names are put in there too

# All that a room says, folded parts, titles and names for screen readers among them; what models and data are called
# stands in lists of choices.
SAID = """(room) => {
  const section = document.querySelector(room), said = [];
  for (const place of section.querySelectorAll("*")) {
    if (place.closest("select, option, canvas")) continue;
    for (const name of ["title", "aria-label", "placeholder", "aria-valuetext"]) said.push(place.getAttribute(name));
    for (const part of place.childNodes) if (part.nodeType === Node.TEXT_NODE) said.push(part.textContent);
  }
  return [...new Set(said.map((one) => one?.trim()).filter(Boolean))];
}"""


DRAWN = "(name) => document.querySelector('#explore-canvas').dataset.query?.includes(name)"


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of all models, made in a third of the time: a few real sounds, and no weight is tried by itself."""
    home, models = tmp_path_factory.mktemp("few"), [load_model(name) for name in MODELS.values()]
    few_digits(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gan.data.sounds.SPEECH", str(home / "speech" / "fsdd.npz"))
        patch.setattr("gan.explore.portable.shortened", lambda model, tensors: in_16_bits(tensors))
        with explored(chromium, tmp_path_factory.mktemp("site"), models) as page:
            yield page


def wrong(said: list[str], medium: str, language: str) -> set[tuple[str, str]]:
    """The sentences that name another medium's samples, with its name."""
    at = LANGUAGES.index(language)
    own, free = nouns(medium)[at]["one"], {WORDS[key][at] for key in OTHERWISE}
    return {
        (name, text) for text in said for name, forms in GIVEN_AWAY.items()
        if name != medium and text not in free
        and re.search(forms[at], text.replace(own, "") if at else text, re.IGNORECASE)
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_room_calls_samples_by_another_mediums_name(page: Page, language: str) -> None:
    page.goto(re.sub(r"\?.*", "", page.url) + f"?lang={language}&model=digits-mlp")
    page.wait_for_selector(".explore-view[data-ready=yes]")
    models = {medium: model for medium, model in MODELS.items() if language == "en" or medium in IN_CHINESE}
    for medium, model in models.items():
        page.select_option("#explore-model", model)
        page.wait_for_selector(f".explore-view[data-kind={medium}]")
        page.wait_for_function(
            "(name) => document.querySelector('#explore-canvas').dataset.query?.includes(name)", arg=model
        )
        said = page.evaluate(SAID, ".explore-view")
        assert wrong(said, medium, language) == set()
        one = nouns(medium)[LANGUAGES.index(language)]["one"]
        assert sum(one in text for text in said) > 8
    page.get_by_role("tab").nth(2).click()
    page.wait_for_selector(".film-view[data-ready=yes]")
    for medium, model in models.items():
        page.select_option("#film-model", model)
        page.wait_for_selector(f".film-view[data-kind={medium}][data-ready=yes]")
        said = page.evaluate(SAID, ".film-view")
        assert wrong(said, medium, language) == set()
        assert sum(nouns(medium)[LANGUAGES.index(language)]["one"] in text for text in said) > 5
        if medium != "pictures":  # a frame at rest is read
            read = re.compile((r"\w\. Preview of the film", r".。经过种子")[LANGUAGES.index(language)])
            expect(page.locator("[data-testid=interpolate-canvas]")).to_have_attribute("aria-label", read)
        assert not [name for name in page.locator("#film-class option").all_text_contents() if " - " in name]
        assert page.evaluate(NO_SIDEWAYS)
    page.get_by_role("tab").nth(1).click()
