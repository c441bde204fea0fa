"""Another model in the Yours tab, in a real Chromium."""

import re

from playwright.sync_api import Browser, Route

from conftest import english
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
