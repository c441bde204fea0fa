"""Picture files of every sort that show one picture: four quarters, 40 and 90 above 160 and 220, 16 pixels wide."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gan.media.picture_files import AVIF

Array = NDArray[np.generic]

QUARTERS = np.kron(np.array([[40, 90], [160, 220]]), np.ones((8, 8))).astype(np.uint8)
TWELVE = QUARTERS.astype(np.uint16) << 4 | 9  # the same in 12 bits, with something in the bits that are dropped
HOLE = np.where(QUARTERS == 40, 0, 255).astype(np.uint8)  # alpha: the first quarter is transparent
COLOURS, GREYS, GREY_ALPHA, COLOUR_ALPHA = 2, 0, 4, 6  # types of PNG
TWO_BYTES, FOUR_BYTES = 3, 4  # types of TIFF's tags


def deep_png(values: Array, kind: int, transparent: bytes = b"") -> bytes:
    """A PNG of 16 bits a channel, of values [H, W] or [H, W, C], which Pillow does not write."""
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"tRNS", transparent), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
        if content or name != b"tRNS"
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def deep_tiff(values: Array, order: str = "<", sample_format: int = 1) -> bytes:
    """A TIFF of values [H, W] or [H, W, C] as they are, in one strip, in the order of bytes < or >."""
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim == 3 else 1
    bits = 8 * values.dtype.itemsize
    data = values.astype(values.dtype.newbyteorder(order)).tobytes()
    tags = [
        (256, TWO_BYTES, [width]), (257, TWO_BYTES, [height]), (258, TWO_BYTES, [bits] * channels),
        (259, TWO_BYTES, [1]), (262, TWO_BYTES, [2 if channels > 1 else 1]), (273, FOUR_BYTES, [8]),
        (277, TWO_BYTES, [channels]), (278, TWO_BYTES, [height]), (279, FOUR_BYTES, [len(data)]),
        (339, TWO_BYTES, [sample_format] * channels),
    ]  # fmt: skip
    after = 8 + len(data) + 2 + 12 * len(tags) + 4
    entries, long = b"", b""
    for tag, kind, numbers in tags:
        packed = struct.pack(order + {TWO_BYTES: "H", FOUR_BYTES: "I"}[kind] * len(numbers), *numbers)
        if len(packed) > 4:
            packed, long = struct.pack(order + "I", after + len(long)), long + packed
        entries += struct.pack(order + "HHI", tag, kind, len(numbers)) + packed.ljust(4, b"\0")
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + "HI", 42, 8 + len(data))
    return head + data + struct.pack(order + "H", len(tags)) + entries + bytes(4) + long


def float_map(values: Array) -> bytes:
    """A grey PFM of values [H, W]: the lowest row first."""
    height, width = values.shape
    return f"Pf\n{width} {height}\n-1.0\n".encode() + values[::-1].astype("<f4").tobytes()


def grey() -> Image.Image:
    return Image.fromarray(QUARTERS)


def colour() -> Image.Image:
    """The quarters as red, with a third of them as green."""
    return Image.fromarray(np.stack([QUARTERS, QUARTERS // 3, 0 * QUARTERS], -1))


def with_alpha(picture: Image.Image, alpha: Array = HOLE) -> Image.Image:
    """A picture with alpha [H, W]: LA of a grey one, RGBA of any other."""
    both = picture.convert("LA" if picture.mode == "L" else "RGBA")
    both.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    return both


# What has to be done to the picture so that a camera's note, 1 to 8, undoes it.
TURNED = {
    1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE], 8: [Image.Transpose.ROTATE_270],
}  # fmt: skip


def save_turned(path: Path, note: int, picture: Image.Image | None = None) -> None:
    """A file that says in its EXIF data how its camera was held."""
    picture = picture or grey()
    for step in TURNED[note]:
        picture = picture.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = note
    picture.save(path, exif=exif)


@dataclass(frozen=True)
class Odd:
    """A file: what writes it, what is seen in it, and how many levels it may be off.

    Attributes:
        quarters: [16, 16] levels; None for QUARTERS.
        tint: red, green and blue of a level of 1.
    """

    write: Callable[[Path], object]
    quarters: Array | None = None
    tint: tuple[float, float, float] = (1, 1, 1)
    far: int = 0

    @property
    def seen(self) -> Array:
        """[16, 16, 3] whole levels."""
        quarters = QUARTERS if self.quarters is None else self.quarters
        return np.stack([np.floor(quarters * part) for part in self.tint], -1)


RED = (1, 1 / 3, 0)  # the tint of `colour`
BLACK = Image.new("RGB", (16, 16))
OPAQUE = np.full((16, 16), 255)
TWO_LEVELS = np.where(QUARTERS > 99, 255, 0)
RED_12 = np.stack([TWELVE, TWELVE // 3, 0 * TWELVE], -1)
UNIT = QUARTERS.astype(np.float32) / 255
ODD_FLOATS = np.select([QUARTERS == 40, QUARTERS == 220], [np.float32(np.nan), np.float32(np.inf)], UNIT)
ODD_LEVELS = np.select([QUARTERS == 40, QUARTERS == 220], [0, 255], QUARTERS.astype(int))
HOLED = np.where(HOLE, QUARTERS, 0)  # on black
HOLE_12 = np.where(HOLE, 4095, 0)
TRANSPARENT = int(TWELVE[0, 0]).to_bytes(2)


def moving(picture: Image.Image, **more: object) -> Callable[[Path], object]:
    """Writes a file of two pictures, the second of which is black."""
    return lambda path: picture.save(path, save_all=True, append_images=[BLACK.convert(picture.mode)], **more)


def deep(values: Array, kind: int, transparent: bytes = b"") -> Callable[[Path], object]:
    """Writes a PNG of 16 bits a channel."""
    return lambda path: path.write_bytes(deep_png(values, kind, transparent))


FORMATS = {
    "grey.png": Odd(lambda p: grey().save(p)),
    "colour.png": Odd(lambda p: colour().save(p), tint=RED),
    "palette.png": Odd(lambda p: colour().quantize(8).save(p), tint=RED, far=1),
    "grey and alpha.png": Odd(lambda p: with_alpha(grey(), OPAQUE).save(p)),
    "colour and alpha.png": Odd(lambda p: with_alpha(colour(), OPAQUE).save(p), tint=RED),
    "one bit.png": Odd(lambda p: Image.fromarray(TWO_LEVELS > 0).save(p), TWO_LEVELS),
    "one bit.tif": Odd(lambda p: Image.fromarray(TWO_LEVELS > 0).save(p), TWO_LEVELS),
    "one bit.pbm": Odd(lambda p: Image.fromarray(TWO_LEVELS > 0).save(p), TWO_LEVELS),
    "CAMERA.JPG": Odd(lambda p: colour().save(p, quality=100, subsampling=0), tint=RED, far=4),
    "saved.jfif": Odd(lambda p: grey().save(p, "JPEG", quality=100), far=2),
    "print.jpeg": Odd(lambda p: grey().convert("CMYK").save(p, quality=100), far=3),
    "a PNG by content.jpg": Odd(lambda p: colour().save(p, "PNG"), tint=RED),
    "a.webp": Odd(lambda p: colour().save(p, lossless=True), tint=RED),
    "a.bmp": Odd(lambda p: colour().save(p), tint=RED),
    "a.gif": Odd(lambda p: grey().save(p)),
    "plain.tiff": Odd(lambda p: colour().save(p), tint=RED),
    "packed.tiff": Odd(lambda p: colour().save(p, compression="tiff_lzw"), tint=RED),
    "a.ppm": Odd(lambda p: colour().save(p), tint=RED),
    "a.pgm": Odd(lambda p: grey().save(p)),
    "a.pnm": Odd(lambda p: grey().save(p, "PPM")),
    **({"a.avif": Odd(lambda p: grey().convert("RGB").save(p, quality=100), far=3)} if AVIF else {}),
    "moving.gif": Odd(moving(grey())),
    "moving.png": Odd(moving(grey())),
    "moving.webp": Odd(moving(colour(), lossless=True), tint=RED),
    "pages.tif": Odd(moving(grey())),
}
DEEP = {
    "grey.png": Odd(lambda p: Image.fromarray(TWELVE).save(p)),
    "colour.png": Odd(deep(RED_12, COLOURS), tint=RED),
    "colour and alpha.png": Odd(deep(np.dstack([RED_12, 257 * OPAQUE]), COLOUR_ALPHA), tint=RED),
    "grey and alpha.png": Odd(deep(np.dstack([TWELVE, 257 * OPAQUE]), GREY_ALPHA)),
    "grey.tif": Odd(lambda p: Image.fromarray(TWELVE).save(p)),
    "grey, big end first.tif": Odd(lambda p: p.write_bytes(deep_tiff(TWELVE, ">"))),
    "grey, packed.tif": Odd(lambda p: Image.fromarray(TWELVE).save(p, compression="tiff_deflate")),
    "colour.tif": Odd(lambda p: p.write_bytes(deep_tiff(RED_12)), tint=RED),
    "colour, big end first.tif": Odd(lambda p: p.write_bytes(deep_tiff(RED_12, ">")), tint=RED),
    "signed.tif": Odd(lambda p: p.write_bytes(deep_tiff(TWELVE.astype(np.int16), sample_format=2))),
    "32 bits.tif": Odd(lambda p: Image.fromarray(TWELVE.astype(np.int32)).save(p)),
    "32 bits, unsigned.tif": Odd(lambda p: p.write_bytes(deep_tiff(TWELVE.astype(np.uint32)))),
    "floats.tif": Odd(lambda p: Image.fromarray(UNIT).save(p)),
    "odd floats.tif": Odd(lambda p: Image.fromarray(ODD_FLOATS).save(p), ODD_LEVELS),
    "floats.pfm": Odd(lambda p: p.write_bytes(float_map(UNIT))),
}
HOLES = {
    "grey and alpha.png": Odd(lambda p: with_alpha(grey()).save(p), HOLED),
    "colour and alpha.png": Odd(lambda p: with_alpha(colour()).save(p), HOLED, RED),
    "one grey.png": Odd(lambda p: grey().save(p, transparency=40), HOLED),
    "one colour.png": Odd(lambda p: colour().save(p, transparency=(40, 13, 0)), HOLED, RED),
    "palette.gif": Odd(lambda p: grey().save(p, transparency=40), HOLED),
    "palette.png": Odd(lambda p: grey().convert("P").save(p, transparency=40), HOLED),
    "alpha.webp": Odd(lambda p: with_alpha(colour()).save(p, lossless=True), HOLED, RED),
    "alpha.tif": Odd(lambda p: with_alpha(colour()).save(p), HOLED, RED),
    "deep alpha.png": Odd(deep(np.dstack([RED_12, HOLE_12]), COLOUR_ALPHA), HOLED, RED),
    "deep alpha, grey.png": Odd(deep(np.dstack([TWELVE, 257 * HOLE.astype(int)]), GREY_ALPHA), HOLED),
    "one deep grey.png": Odd(deep(TWELVE, GREYS, TRANSPARENT), HOLED),
    "one deep colour.png": Odd(deep(RED_12, COLOURS, RED_12[0, 0].astype(">u2").tobytes()), HOLED, RED),
}
TURNS = {
    **{f"{note}.png": Odd(lambda p, note=note: save_turned(p, note)) for note in TURNED},
    "deep.png": Odd(lambda p: save_turned(p, 6, Image.fromarray(TWELVE))),
    "floats.tif": Odd(lambda p: save_turned(p, 5, Image.fromarray(UNIT))),
    "photo.jpg": Odd(lambda p: save_turned(p, 8), far=12),
}
ALL = {"deep": DEEP, "formats": FORMATS, "holes": HOLES, "turned": TURNS}
