"""The routes of a class: who may do what, whose vote counts, and what hostile requests get."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gan.live.classroom import AWAY, MEMORY, TEACHER_MS
from gan.live.run_registry import RunRegistry
from gan.live.setup import Setup
from gan.ui.learn import routes
from gan.ui.learn.routes import MAX_BODY, ClassRoutes
from gan.ui.shell.visitor_token import COOKIE, VisitorToken
from live_site import trouble

Reply = dict[str, Any]
ROUTES = ("open", "follow", "poll", "show", "reveal", "vote", "leave", "end")


async def page(request: Request) -> Response:
    return PlainTextResponse("the page")


class School:
    """A host with room for classes, behind the door that tells visitors apart."""

    def __init__(self, registry: RunRegistry) -> None:
        self.registry, self.own = registry, ClassRoutes(registry)
        self.app = VisitorToken(Starlette(routes=[Route("/", page), *self.own.routes()]))

    def browser(self, cookies: bool = True) -> "Pupil":
        """Somebody who has loaded the page; without cookies the next request carries none."""
        client = TestClient(self.app)
        client.get("/")
        assert COOKIE in client.cookies
        if not cookies:
            client.cookies.clear()
        return Pupil(client)


class Pupil:
    """A browser: of a teacher, or of somebody who follows."""

    def __init__(self, http: TestClient) -> None:
        self.http, self.id = http, ""

    def post(self, route: str, **request: Any) -> Reply:
        response = self.http.post(f"/class/{route}", json={"id": self.id} | request)
        assert response.status_code == 200
        content: Reply = response.json()
        self.id = content.get("id", self.id)
        return content


@pytest.fixture(scope="module")
def registry(open_registry: Callable[..., RunRegistry]) -> RunRegistry:
    return open_registry(classes=2, watchers=3)


@pytest.fixture
def school(registry: RunRegistry) -> School:
    return School(registry)


@pytest.fixture
def teacher(school: School) -> Pupil:
    teacher = school.browser()
    teacher.post("open")
    return teacher


def followers(school: School, teacher: Pupil, *cookies: bool) -> list[Pupil]:
    code, found = teacher.post("poll")["code"], [school.browser(keeps) for keeps in cookies]
    for pupil in found:
        assert pupil.post("follow", code=code)["role"] == "follower"
    return found


def test_a_class_from_its_first_step_to_its_end(school: School, teacher: Pupil) -> None:
    a, b = followers(school, teacher, True, False)
    assert teacher.post("poll") == {
        "role": "teacher", "code": teacher.post("poll")["code"], "step": 1, "watch": "", "followers": 2, "voted": 0,
        "bars": None, "mine": None, "away": False, "every": TEACHER_MS,
    }  # fmt: skip
    assert teacher.post("show", step=3)["step"] == 3
    assert a.post("poll")["step"] == 3
    assert a.post("vote", step=3, answer=1)["mine"] == 1
    assert a.post("vote", step=3, answer=2)["mine"] == 2
    b.post("vote", step=3, answer=0)
    assert (teacher.post("poll")["voted"], teacher.post("poll")["bars"], b.post("poll")["bars"]) == (2, None, None)
    assert teacher.post("reveal")["bars"] == [1, 0, 1]
    assert [pupil.post("poll")["bars"] for pupil in (a, b, teacher)] == [[1, 0, 1]] * 3
    assert "no more are counted" in trouble(b.post("vote", step=3, answer=1))
    assert teacher.post("end") == {}
    for pupil in (a, b, teacher):
        assert pupil.post("poll") == {"trouble": "This class has ended.", "gone": True}


def test_a_browser_votes_once_whatever_it_forgets(school: School, teacher: Pupil) -> None:
    (pupil,) = followers(school, teacher, True)
    first, code = pupil.id, teacher.post("poll")["code"]
    pupil.post("vote", step=1, answer=0)
    again = pupil.post("follow", code=code)  # another page of the same browser
    assert (again["id"], again["mine"]) == (first, 0)
    pupil.post("vote", step=1, answer=1)
    assert teacher.post("reveal")["bars"] == [0, 1, 0]


def test_a_page_without_cookies_finds_its_place_by_its_id(school: School, teacher: Pupil) -> None:
    one, other = followers(school, teacher, False, False)
    one.post("vote", step=1, answer=0)
    again = one.post("follow", code=teacher.post("poll")["code"], resume=one.id)
    assert (again["id"], again["mine"]) == (one.id, 0)
    assert one.id != other.id
    assert teacher.post("poll")["followers"] == 2


def test_a_class_is_full_at_the_hosts_limit(school: School, teacher: Pupil) -> None:
    followers(school, teacher, True, True, True)
    told = school.browser().post("follow", code=teacher.post("poll")["code"])
    assert trouble(told) == "3 people follow that class, as many as this machine allows."
    assert school.browser().post("open")["role"] == "teacher"
    assert trouble(school.browser().post("open")) == "All 2 places for classes are taken; please try again later."


def test_only_the_teacher_leads_and_only_the_class_votes(school: School, teacher: Pupil) -> None:
    (pupil,) = followers(school, teacher, True)
    for route, asked in (("show", {"step": 2}), ("reveal", {}), ("end", {})):
        assert trouble(pupil.post(route, **asked)) == "You are following: only the teacher can do that."
    assert trouble(teacher.post("vote", step=1, answer=0)) == "A class votes, its teacher does not."
    assert teacher.post("poll")["step"] == 1
    assert teacher.id not in str(pupil.post("poll"))


def test_the_class_watches_a_run_that_its_owner_shows(school: School, teacher: Pupil) -> None:
    run = school.registry.open(Setup.of({"batch": 8, "g_neurons": 8, "d_neurons": 8}))
    (pupil,) = followers(school, teacher, True)
    for watch in (run.watch, run.id, "x", 7, [run.watch]):  # it is not shared yet, and an owner's id is no watcher's
        assert "not there to be watched" in trouble(teacher.post("show", step=2, watch=watch))
    run.open_to_all = True
    assert teacher.post("show", step=2, watch=run.watch)["watch"] == run.watch
    assert pupil.post("poll")["watch"] == run.watch
    assert run.id not in str(pupil.post("poll"))
    for nothing in ("", None):
        assert teacher.post("show", step=2, watch=nothing)["watch"] == ""
    run.close()


def test_a_teachers_silence_is_told_and_a_reload_ends_it(school: School, teacher: Pupil) -> None:
    (pupil,) = followers(school, teacher, True)
    assert teacher.post("leave") == {}
    assert pupil.post("poll")["away"]
    before = teacher.id
    assert teacher.post("open", resume=before)["id"] == before
    assert not pupil.post("poll")["away"]


def test_a_silent_class_is_forgotten_though_nobody_asks(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MEMORY", 0.02)

    async def life() -> list[int]:
        found, now = [], asyncio.get_running_loop().time()
        room = school.own.classes.open(routes.present_visitor(), None, now)
        school.own._forget_later()
        await asyncio.sleep(0.03)
        found.append(len(school.own.classes))  # looked after, and still there
        room.last_poll -= MEMORY + AWAY
        await asyncio.sleep(0.04)
        return [*found, len(school.own.classes), school.own._timer is None]

    with ThreadPoolExecutor(1) as other:  # here a browser's loop may be running
        assert other.submit(asyncio.run, life()).result() == [1, 0, True]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", [b"", b"x", b"\xff\xfe", b"[]", b"1", b"[" * 1_900, b"{}" + b" " * MAX_BODY])
def test_garbage_gets_a_sentence(school: School, route: str, body: bytes) -> None:
    http = TestClient(school.app)
    response = http.post(f"/class/{route}", content=body)
    assert response.status_code == (413 if len(body) > MAX_BODY else 200)
    assert "a request" in trouble(response.json()).lower()
    assert http.get(f"/class/{route}").status_code == 405


@pytest.mark.parametrize("hostile", [None, 0, True, [], {}, "x" * 1_500, "../../etc", "a.b", ".", -1, 1e300, 10**30])
def test_hostile_values_get_a_sentence_and_change_nothing(school: School, teacher: Pupil, hostile: Any) -> None:
    (pupil,) = followers(school, teacher, True)
    stranger = school.browser()
    for route in ("poll", "show", "reveal", "vote", "leave", "end"):
        assert stranger.post(route, id=hostile)["gone"]
    assert "no such class" in trouble(stranger.post("follow", code=hostile))
    trouble(teacher.post("show", step=hostile))
    trouble(pupil.post("vote", step=1, answer=hostile if hostile != 0 or hostile is True else 3))
    trouble(pupil.post("vote", step=hostile, answer=1))
    if hostile:
        trouble(teacher.post("show", step=1, watch=hostile))
    state = teacher.post("poll")
    assert (state["step"], state["watch"], state["voted"], state["followers"]) == (1, "", 0, 1)
