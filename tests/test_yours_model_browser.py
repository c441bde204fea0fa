"""Another model in the Yours tab, and one that is not there, in a real Chromium."""

import re

from playwright.sync_api import Browser, Page, Route, expect

from conftest import english
from explore_desk import NOTE
from gan.ui.words import views, yours
from yours_page import MODEL, ONE, SEEN, YOURS, digit, draw, opened, rest, shown, wait

OTHER = "mnist-mlp"
ITS_FILES = re.compile(rf"explore/file.*{OTHER}")


def test_it_comes_though_somebody_draws_while_it_is_on_its_way(chromium: Browser, address: str) -> None:
    held: list[Route] = []
    holding = [True]
    with english(chromium) as context:
        page = opened(context.new_page(), f"{address}/")
        page.route(ITS_FILES, lambda route: held.append(route) if holding else route.continue_())
        page.select_option("#yours-model", OTHER)
        draw(page, ONE)
        assert page.get_attribute(YOURS, "data-model") == MODEL
        assert held
        holding.clear()
        for route in held:
            route.continue_()
        wait(page, f"d.model === '{OTHER}'")
        rest(page)
        assert digit(shown(page, SEEN)) == 1, "what was drawn stays"


def test_a_link_to_a_model_that_is_not_here_is_answered(page: Page, address: str) -> None:
    other, unknown = yours.WORDS["trouble_other"][0], views.WORDS["trouble_model"][0]
    for name, told in (("names-mlp", other), ("nobody", unknown)):
        page.goto(f"{address}/?tab=yours&model={name}")
        wait(page, f"d.ready === 'yes' && d.model === '{MODEL}'")
        expect(page.locator(NOTE)).to_contain_text(told.partition("{names}")[0].format(name=name, shown=MODEL))
