"""The camera in the Yours tab, in a real Chromium that has a made-up one."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import CHROMIUMS, DESKTOP, FLAGS, PATIENCE
from yours_page import CANVAS, PAD, YOURS, opened, rest, shown, wait

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")  # green, with a clock that moves
VIDEO = ".yours-video"
LIVE = f"document.querySelector('{VIDEO}').srcObject?.getTracks().some((track) => track.readyState === 'live') ?? false"


@pytest.fixture
def room(chromium: Browser, address: str) -> Iterator[Page]:
    """The tab in a browser with a camera that it may use."""
    executable = next(filter(None, map(shutil.which, CHROMIUMS)))
    browser = chromium.browser_type.launch(executable_path=executable, args=[*FLAGS, *CAMERA])
    context = browser.new_context(**DESKTOP)
    context.set_default_timeout(3 * PATIENCE)
    yield opened(context.new_page(), address)
    browser.close()


def test_a_picture_is_taken_and_the_camera_goes_off(room: Page) -> None:
    frames = int(room.get_attribute(CANVAS, "data-frame") or 0)
    room.click("#yours-camera")
    wait(room, "d.source === 'camera'")
    expect(room.locator("#yours-take")).to_be_visible()
    room.wait_for_function(f"document.querySelector('{VIDEO}').videoWidth > 0")
    assert room.evaluate(LIVE)
    room.click("#yours-stop")
    wait(room, "d.source === 'pad'")
    assert not room.evaluate(LIVE), "who stops it has nothing on"

    room.click("#yours-camera")
    wait(room, "d.source === 'camera'")
    room.wait_for_function(f"document.querySelector('{VIDEO}').videoWidth > 0")
    room.click("#yours-take")
    wait(room, "d.source === 'picture'")
    rest(room)
    expect(room.locator(VIDEO)).to_be_hidden()
    assert not room.evaluate(LIVE)
    assert shown(room, PAD).std() > 5, "what it saw lies on the pad"
    assert int(room.get_attribute(CANVAS, "data-frame") or 0) > frames, "and the forger answers it"
    assert float(room.get_attribute(YOURS, "data-alike") or 0) > 0
