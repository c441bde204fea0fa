"""The order in which a generator's file travels: what makes a picture almost right first, what makes it exact last.

Of each weight of a layer, of 16 or 32 bits, the higher half of its bytes comes in the place of all, and the lower
halves of all follow at the end. A file without those, with 128 in their place, draws pictures half a grey level off on
average; so a page far away is alive after half of the file. `browser/core/wire.js` puts it together again.
"""

import json
import re

import numpy as np

LAYER = re.compile(r"\d+\.weight")  # the tensors that are split
HALF = {"I16": 1, "F32": 2}  # bytes of a weight's lower half


def split(file: bytes) -> bytes:
    """A safetensors file in the order of its travel, of the same length.

    Args:
        file: as `gan.explore.portable.generator` writes it, its tensors one behind the other.
    """
    start = 8 + int.from_bytes(file[:8], "little")
    places = {name: place for name, place in json.loads(file[8:start]).items() if name != "__metadata__"}
    whole, low = [file[:start]], []
    for name, place in sorted(places.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = place["data_offsets"]
        content = np.frombuffer(file, np.uint8, end - begin, start + begin)
        if place["dtype"] in HALF and LAYER.fullmatch(name):
            lower, content = np.hsplit(content.reshape(-1, 2 * HALF[place["dtype"]]), 2)
            low.append(lower.tobytes())
        whole.append(content.tobytes())
    return b"".join(whole + low)
