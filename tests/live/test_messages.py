"""What a real run says has the keys of its TypedDict, no more and no fewer; the browser half reads them by name."""

import json
from collections.abc import Callable, Set
from typing import Any, is_typeddict

import pytest
import torch

from gan.live import messages
from gan.live.limits import Budget
from gan.live.messages import (
    ContestantAbout,
    CurvePoint,
    DiagnosisJson,
    Frame,
    FrameEvent,
    Manifold,
    MomentResponse,
    OpenResponse,
    PastList,
    PhaseFrame,
    PicturesFrame,
    PointsFrame,
    PollResponse,
    PublishedScene,
)
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.live.worker import Worker
from live_site import SMALL, Site

torch.set_num_threads(1)
PICTURE_KEYS = {"size", "resolution", "channels"}
KINDS = [({}, PointsFrame, set()), ({"data": "digits"}, PicturesFrame, PICTURE_KEYS)]


def has_exactly(value: dict[str, Any], shape: Any, optional: Set[str] = frozenset()) -> None:
    """`value` has the required keys of a TypedDict, and of its other keys those of `optional`."""
    assert is_typeddict(shape)
    assert optional <= shape.__optional_keys__
    assert set(value) == shape.__required_keys__ | optional


def frames(values: dict[str, Any], acts: Callable[[Worker], object]) -> list[dict[str, Any]]:
    """The frames that a worker sends while it is acted on."""
    sent: list[messages.Event] = []
    worker = Worker(sent.append)
    setup = Setup.of({"batch": 8, "g_neurons": 8, "d_neurons": 8} | values)
    worker.open(setup.configs(), Budget(1e9, 10**9, 10**9), None, 0)
    acts(worker)
    return [json.loads(event.text) for event in sent if isinstance(event, FrameEvent)]


@pytest.mark.parametrize(("values", "shape", "_"), KINDS)
def test_a_frame_has_the_keys_of_its_kind(values: dict[str, Any], shape: Any, _: set[str]) -> None:
    (frame,) = frames(values | {"rival": "hinge"}, lambda worker: worker.step("both"))
    has_exactly(frame, Frame)
    assert len(frame["lanes"]) == len(frame["doctor"]) == 2
    for contestant in frame["lanes"]:
        has_exactly(contestant, shape, {"grid"} if shape is PointsFrame else set())
    for diagnosis in frame["doctor"]:
        has_exactly(diagnosis, DiagnosisJson)
    if shape is PointsFrame:
        has_exactly(frame["lanes"][0]["grid"], Manifold)
        has_exactly(frame["lanes"][0]["arrows"], messages.Arrows)


@pytest.mark.parametrize(("values", "_", "__"), KINDS)
def test_a_phase_has_the_keys_that_are_known_by_then(values: dict[str, Any], _: Any, __: set[str]) -> None:
    def ten_phases(worker: Worker) -> None:
        for _ in range(10):
            worker.next_phase()

    half = [{"z"}, {"z", "fake"}, *3 * [{"z", "fake", "logits_real", "logits_fake"}]]
    known = [keys | {"real"} for keys in half] + half
    for frame, keys in zip(frames(values, ten_phases), known, strict=True):
        has_exactly(frame, Frame, {"stage", "stages"})
        assert frame["stages"] == [frame["stage"]]
        has_exactly(frame["stage"], PhaseFrame, keys)


@pytest.mark.parametrize(("values", "_", "of_pictures"), KINDS)
def test_what_a_page_gets_has_its_keys(
    open_registry: Callable[..., RunRegistry], values: dict[str, str], _: Any, of_pictures: set[str]
) -> None:
    site = Site(open_registry())
    query = "&".join([SMALL, *(f"{name}={value}" for name, value in values.items())])
    opened = site.post("open", query=query)
    has_exactly(opened, OpenResponse)
    id = opened["id"]
    assert set(site.act(id, "step")) == messages.ActResponse.__required_keys__
    answer = site.poll(id)
    has_exactly(answer, PollResponse, {"moments", "scene", "number", "frame"})
    has_exactly(answer["scene"], PublishedScene, of_pictures)
    has_exactly(answer["scene"]["lanes"][0], ContestantAbout)
    has_exactly(answer["moments"], PastList)
    has_exactly(answer["curve"][0], CurvePoint)
    past = site.post("moment", id=id, moment=answer["moments"]["list"][0][0])
    has_exactly(past, MomentResponse)
    known = {"round": answer["round"], "number": answer["number"], "moments": answer["moments"]["revision"]}
    has_exactly(site.poll(id, **known), PollResponse)
    has_exactly(site.act(id, "share"), messages.ShareResponse)
    has_exactly(site.act(id, "keep"), messages.KeepResponse)
    has_exactly(site.poll("nobody"), messages.TroubleResponse, {"gone"})
    has_exactly(site.act(id, "dance"), messages.TroubleResponse)
    has_exactly(site.post("close", id=id), messages.CloseResponse)
