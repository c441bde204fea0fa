"""The lesson's own runs, which train for real where there is a host."""

from playwright.sync_api import Page, expect

from learn_page import answer, data, picture, wait


def free(page: Page, address: str, number: int) -> Page:
    """The free run of a step, answered."""
    page.goto(f"{address}/?tab=learn&step={number}")
    wait(page, f"d.number === '{number}' && d.moment !== '' && +d.updates > 0")
    answer(page, 0)
    page.click("#learn-free-open")
    wait(page, "d.free === 'ready'")
    return page


def test_now_you_trains_for_real_and_leads_back(page: Page, address: str) -> None:
    free(page, address, 6)
    shown = picture(page)
    page.click("#learn-free-play")
    wait(page, "d.free === 'running' && +d.moment > 20")
    page.click("#learn-free-play")
    wait(page, "d.free === 'paused'")
    assert picture(page) != shown
    page.click("#learn-free-another")
    wait(page, "d.free === 'ready' && d.moment === '0'")
    page.click("#learn-free-close")
    wait(page, "d.free === '' && d.take === 'run' && d.moment === '600'")


def test_now_you_one_network_alone_and_the_controls_of_the_step_alone(page: Page, address: str) -> None:
    free(page, address, 3)
    shown = picture(page)
    page.click("#learn-free-critic-10")
    wait(page, "d.moment === '10'")
    assert picture(page) != shown
    controls = page.locator("[data-testid=learn-free] :is(button, input)")
    ids = {controls.nth(i).get_attribute("id") for i in range(controls.count())}
    assert ids == {
        "learn-free-critic-10", "learn-free-forger-10", "learn-free-reset", "learn-layer-field", "learn-layer-gradient",
        "learn-free-close",
    }  # fmt: skip


def test_now_you_opens_in_explore_the_very_model_that_was_trained(page: Page, address: str) -> None:
    free(page, address, 8)
    page.click("#learn-free-play")
    wait(page, "+d.moment > 50")
    page.click("#learn-free-play")
    wait(page, "d.free === 'paused'")
    steps = data(page)["moment"]
    with page.expect_popup() as opening:
        page.click("#learn-free-explore")
    other = opening.value
    other.wait_for_url("**tab=explore**")
    assert f"model=live-digits-{steps}-" in other.url
    other.wait_for_selector("[data-testid=explore][data-ready=yes]", state="attached")
    other.close()


def test_a_host_that_refuses_is_heard_and_can_be_asked_again(page: Page, address: str) -> None:
    page.route("**/live/open", lambda route: route.fulfill(json={"trouble": "There is no room."}))
    page.goto(f"{address}/?tab=learn&step=1")
    wait(page, "d.number === '1' && d.moment !== ''")
    answer(page, 0)
    page.click("#learn-free-open")
    expect(page.locator("[data-testid=learn-status]")).to_have_text("There is no room.")
    expect(page.locator("[data-testid=learn-free] button")).to_have_count(1)
    page.unroute("**/live/open")
    page.click("#learn-free-open")
    wait(page, "d.free === 'ready'")


def test_a_run_is_given_back_when_one_goes_on(page: Page, address: str) -> None:
    closed: list[str] = []
    page.on("request", lambda r: closed.append(r.url) if r.url.endswith("/live/close") else None)
    free(page, address, 1)
    page.click("#learn-on")
    wait(page, "d.number === '2' && d.free === ''")
    assert len(closed) == 1


def test_learn_stands_first_and_explore_is_open_at_first(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    tabs = page.locator("#tabs [role=tab]")
    expect(tabs.first).to_have_id("tab-learn-button")
    expect(page.locator("#tab-explore-button")).to_have_attribute("aria-selected", "true")
