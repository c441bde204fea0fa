"""What a sample is to a person; each medium is one file here and one line in MEDIA, those seen alone first."""

from gan.media.medium import Medium
from gan.media.pictures import PICTURES
from gan.media.points import POINTS

MEDIA: dict[str, Medium] = {medium.name: medium for medium in (PICTURES, POINTS)}

__all__ = ["MEDIA", "Medium"]
