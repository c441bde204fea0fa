"""What a sample is to a person; each medium is one file here and one line in MEDIA, those seen alone first."""

from gan.media.clips import CLIPS
from gan.media.graphs import GRAPHS
from gan.media.medium import Medium
from gan.media.pictures import PICTURES
from gan.media.points import POINTS
from gan.media.scores import SCORES
from gan.media.sounds import SOUNDS
from gan.media.words import WORDS

MEDIA: dict[str, Medium] = {medium.name: medium for medium in (PICTURES, WORDS, SOUNDS, SCORES, CLIPS, GRAPHS, POINTS)}

__all__ = ["MEDIA", "Medium"]
