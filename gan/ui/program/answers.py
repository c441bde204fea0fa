"""Files that programs asked for, kept in memory until they are fetched or others need the place."""

import mimetypes
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from gradio.data_classes import FileData

from gan.live.visitors import Visitor, heaviest, present_visitor
from gan.ui.shell.requests import RequestError

KEPT_BYTES, KEPT_FILES = 128_000_000, 256  # of all files together
KEPT_SECONDS = 600.0
PIECE = 65_536  # bytes of a file that are sent at once
GONE = "that file is no longer here; ask for it again"
FULL = "the memory for files is taken by those of others; try again in some minutes"
FOLDER = "atelier"  # what the paths of our files begin with; nothing lies there
KINDS = {".npz": "application/zip", ".mid": "audio/midi", ".webp": "image/webp"}  # not known to every system


@dataclass(frozen=True)
class Answer:
    """A file that was made.

    Attributes:
        name: of the file.
        visitor: who asked for it.
        made: when, in seconds of `time.monotonic`.
    """

    content: bytes
    name: str
    visitor: Visitor
    made: float

    @property
    def media_type(self) -> str:
        """What browsers are told that it is."""
        suffix = "." + self.name.rpartition(".")[2]
        return KINDS.get(suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(eq=False)
class Answers:
    """The files of all visitors, by unguessable paths; where there are too many, whoever has most loses the oldest."""

    clock: Callable[[], float] = time.monotonic
    kept: dict[str, Answer] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(len(answer.content) for answer in self.kept.values())

    def keep(self, content: bytes, name: str) -> FileData:
        """Keep a file for whoever asks at present, and say where it is; the address is filled in by who answers.

        Raises:
            RequestError: it is larger than all that is kept, or than what others, who hold less each, leave.
        """
        if len(content) > KEPT_BYTES:
            raise RequestError(413, f"a file here has at most {KEPT_BYTES:,} bytes, this one would have more")
        answer = Answer(content, name, present_visitor(), self.clock())
        path = f"{FOLDER}/{secrets.token_urlsafe(18)}/{name}"
        with self.lock:
            self.kept[path] = answer
            self._forget_old()
            while self.size > KEPT_BYTES or len(self.kept) > KEPT_FILES:
                held = list(self.kept.values())
                sizes = [len(answer.content) for answer in held] if self.size > KEPT_BYTES else []
                loser = list(self.kept)[heaviest([answer.visitor for answer in held], sizes)]
                del self.kept[loser]
                if loser == path:  # all that this visitor has
                    raise RequestError(503, FULL)
        return FileData(path=path, orig_name=name, size=len(content), mime_type=answer.media_type)

    def find(self, path: str) -> Answer:
        """The file at a path.

        Raises:
            RequestError: it is not there, or no longer.
        """
        with self.lock:
            self._forget_old()
            answer = self.kept.get(path)
        if answer is None:
            raise RequestError(404, GONE)
        return answer

    async def pieces(self, path: str) -> AsyncIterator[bytes]:
        """The content of the file at a path, of which a slow reader holds one piece and not the whole.

        Raises:
            ConnectionAbortedError: the file is forgotten meanwhile.
        """
        try:
            for start in range(0, len(self.find(path).content), PIECE):
                yield self.find(path).content[start : start + PIECE]
        except RequestError as error:
            raise ConnectionAbortedError(f"{path} is no longer here") from error

    def _forget_old(self) -> None:
        latest = self.clock() - KEPT_SECONDS
        for path in [path for path, answer in self.kept.items() if answer.made < latest]:
            del self.kept[path]
