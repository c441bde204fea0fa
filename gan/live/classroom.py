"""A class that follows a lesson: the step that its teacher shows, those who follow, and their votes.

No names are asked for. All is kept in memory alone, until the teacher ends the class or is silent for long. It belongs
to the server's loop: no call waits, and none comes from another thread.
"""

import secrets
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from gan.errors import RunError
from gan.live.visitors import Visitor, gives_way
from gan.numbers import check_whole

STEPS, ANSWERS = 8, 3  # of the lesson, and of the prediction in each step
LETTERS, CODE_LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 8  # none that looks like another; 40 bits
AWAY = 10.0  # seconds without a sign of a page after which whoever had it open is not counted as there
MEMORY = 600.0  # seconds without a sign of its teacher's page after which a class is forgotten
TEACHER_MS = 1_000  # until the teacher's page should ask again
POLLS = 30  # a second, that all followers of a host may make together
FOLLOWER_MS, FOLLOWER_MOST_MS = 600, 4_000


class ClassEnded(RunError):
    """A class is no longer here."""


ClassRole = Literal["teacher", "follower"]


class ClassState(TypedDict):
    """What a page of a class is told when it asks.

    Attributes:
        code: by which others follow.
        step: of the lesson, from 1.
        watch: the id to watch the teacher's run with; "" while there is none.
        followers: how many have the page open now.
        voted: how many have voted on the step's prediction.
        bars: the votes for each answer, once they are revealed.
        mine: the answer that this follower has voted for.
        away: whether the teacher's page is silent.
        every: milliseconds until the page should ask again.
    """

    role: ClassRole
    code: str
    step: int
    watch: str
    followers: int
    voted: int
    bars: list[int] | None
    mine: int | None
    away: bool
    every: int


@dataclass
class Follower:
    """A place in a class; `votes` has an answer for each step that its holder has voted on."""

    visitor: Visitor
    last_poll: float
    votes: dict[int, int] = field(default_factory=dict)


class Classroom:
    """One class.

    Attributes:
        id: unguessable; whoever knows it is the teacher. code: by which others find the class.
        visitor: whose it is. last_poll: when the teacher's page asked last.
        step: that is shown, from 1. watch: the id of the run that is shown, or "".
        followers: those who have a place, by their ids, each of which is CODE.RANDOM.
    """

    def __init__(self, visitor: Visitor, now: float) -> None:
        self.id = secrets.token_urlsafe(24)
        self.code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        self.visitor, self.last_poll = visitor, now
        self.step, self.watch = 1, ""
        self.followers: dict[str, Follower] = {}
        self._revealed: dict[int, list[int]] = {}

    def follow(self, visitor: Visitor, resume: object, now: float, most: int) -> str:
        """The id of a follower's place: the one that the browser has already, else a new one.

        Where all `most` places are taken, a silent page makes room, else a page of the visitor who has two more than
        this one: nobody can fill a class alone. Its votes go with it.

        Raises:
            RunError: nobody has to make room.
        """
        id = self._place(visitor, resume)
        if id is None:
            if len(self.followers) >= most:
                self._make_room(visitor, now, most)
            id = f"{self.code}.{secrets.token_urlsafe(9)}"
            self.followers[id] = Follower(visitor, now)
        self.followers[id].last_poll = now
        return id

    def _place(self, visitor: Visitor, resume: object) -> str | None:
        """The id of the place that a browser has; a browser without a cookie must name it."""
        if isinstance(resume, str) and resume in self.followers:
            return resume
        tokens = {follower.visitor.token: id for id, follower in self.followers.items()}
        return tokens.get(visitor.token) if visitor.token else None

    def _make_room(self, newcomer: Visitor, now: float, most: int) -> None:
        longest = min(self.followers, key=lambda id: self.followers[id].last_poll)
        if now - self.followers[longest].last_poll <= AWAY:
            first = gives_way([follower.visitor for follower in self.followers.values()], newcomer)
            if first is None:
                raise RunError(f"{most} people follow that class, as many as this machine allows")
            longest = list(self.followers)[first]
        del self.followers[longest]

    def show(self, step: object, watch: str) -> None:
        """Show a step of the lesson, and the run of a watch id beside it; "" for none.

        Raises:
            ConfigError: there is no such step.
        """
        self.step, self.watch = check_whole("step", step, 1, STEPS), watch

    def vote(self, id: str, step: object, answer: object) -> None:
        """Take a follower's vote on the step that is shown; until the votes are revealed the last one counts.

        Raises:
            ConfigError: there is no such step or answer.
            RunError: another step is shown by now, or the votes are revealed.
        """
        answer = check_whole("answer", answer, 0, ANSWERS - 1)
        if check_whole("step", step, 1, STEPS) != self.step:
            raise RunError("the class has gone on to another step")
        if self.step in self._revealed:
            raise RunError("the votes of this step are shown already: no more are counted")
        self.followers[id].votes[self.step] = answer

    def reveal(self) -> None:
        """Show the votes of this step to everybody; from now on they stay as they are."""
        self._revealed.setdefault(self.step, self._counts())

    def _counts(self) -> list[int]:
        votes = [follower.votes.get(self.step) for follower in self.followers.values()]
        return [votes.count(answer) for answer in range(ANSWERS)]

    def present(self, now: float) -> int:
        """How many follow now."""
        return sum(now - follower.last_poll <= AWAY for follower in self.followers.values())

    def state(self, id: str, now: float, every: int) -> ClassState:
        """What the page of an id, the teacher's or a follower's, is told."""
        follower = self.followers.get(id)
        bars = self._revealed.get(self.step)
        return {
            "role": "follower" if follower else "teacher", "code": self.code, "step": self.step, "watch": self.watch,
            "followers": self.present(now), "voted": sum(bars or self._counts()), "bars": bars,
            "mine": follower.votes.get(self.step) if follower else None,
            "away": now - self.last_poll > AWAY, "every": every,
        }  # fmt: skip


class Classes:
    """All classes of a host.

    Args:
        most: classes at the same time.
        followers: of each.
    """

    def __init__(self, most: int, followers: int) -> None:
        self.most, self.followers = most, followers
        self._classes: dict[str, Classroom] = {}  # by their codes
        self._teachers: dict[str, Classroom] = {}

    def __len__(self) -> int:
        return len(self._classes)

    def open(self, visitor: Visitor, resume: object, now: float) -> Classroom:
        """A new class, or the one that a teacher's page had before a reload.

        Where there is no room, a class whose teacher is silent makes way, else one of a visitor who has two more.

        Raises:
            RunError: nobody has to make room.
        """
        self.forget_silent(now)
        if isinstance(resume, str) and resume in self._teachers:
            return self._teachers[resume]
        if len(self._classes) >= self.most:
            self._make_room(visitor, now)
        room = Classroom(visitor, now)
        self._classes[room.code] = self._teachers[room.id] = room
        return room

    def _make_room(self, newcomer: Visitor, now: float) -> None:
        rooms = list(self._classes.values())
        longest = min(rooms, key=lambda room: room.last_poll)
        if now - longest.last_poll <= AWAY:
            first = gives_way([room.visitor for room in rooms], newcomer)
            if first is None:
                raise RunError(f"all {self.most} places for classes are taken; please try again later")
            longest = rooms[first]
        self.end(longest)

    def named(self, code: object, now: float) -> Classroom:
        """The class of a code as somebody typed it.

        Raises:
            RunError: there is none.
        """
        self.forget_silent(now)
        typed = code if isinstance(code, str) and len(code) <= 3 * CODE_LENGTH else ""
        room = self._classes.get("".join(typed.replace("-", "").split()).lower())
        if room is None:
            raise RunError("there is no such class here, or no longer; ask for its link again")
        return room

    def find(self, id: object, now: float) -> tuple[Classroom, ClassRole]:
        """The class of a page's id, and whose page that is.

        Raises:
            ClassEnded: there is none.
        """
        self.forget_silent(now)
        if isinstance(id, str):
            if id in self._teachers:
                return self._teachers[id], "teacher"
            room = self._classes.get(id.partition(".")[0])
            if room is not None and id in room.followers:
                return room, "follower"
        raise ClassEnded("this class has ended")

    def state(self, id: object, now: float) -> ClassState:
        """What the page of an id is told; that it asks is the sign that it is there.

        Raises:
            ClassEnded: it is no longer here.
        """
        room, role = self.find(id, now)
        (room if role == "teacher" else room.followers[str(id)]).last_poll = now
        return room.state(str(id), now, TEACHER_MS if role == "teacher" else self.every(now))

    def every(self, now: float) -> int:
        """Milliseconds until a follower should ask again: the more there are, the more seldom each."""
        followers = sum(room.present(now) for room in self._classes.values())
        return min(max(FOLLOWER_MS, 1000 * followers // POLLS), FOLLOWER_MOST_MS)

    def leave(self, id: object, now: float) -> None:
        """A page has closed; its place stays, for it may only be loading again."""
        room, role = self.find(id, now)
        page = room if role == "teacher" else room.followers[str(id)]
        page.last_poll = min(page.last_poll, now - AWAY)

    def end(self, room: Classroom) -> None:
        """Forget a class."""
        self._classes.pop(room.code, None)
        self._teachers.pop(room.id, None)

    def forget_silent(self, now: float) -> None:
        """Forget the classes whose teachers are gone."""
        for room in list(self._classes.values()):
            if now - room.last_poll > MEMORY:
                self.end(room)
