"""The only place that crosses between `images` and `pixels`; grids, PNG and reading picture files.

`images` are float32 [N, C, R, R] in [-1, 1]; `pixels` are uint8 [N, R, R, C]; one picture is [H, W, C].
"""

import io
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, PngImagePlugin
from torch import Tensor

from gan.errors import DataError

# A 10 kB PNG can unpack to hundreds of megabytes: nothing larger than this is decoded.
MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")  # Pillow knows others, which may call programs
UNREADABLE = (
    OSError, ValueError, SyntaxError, NotImplementedError, TypeError, IndexError, KeyError, EOFError, struct.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def to_pixels(images: Tensor) -> Tensor:
    """uint8 [N, R, R, C]: -1 is 0, 1 is 255, values outside are clipped."""
    return ((images.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1)


def to_images(pixels: Tensor) -> Tensor:
    """float32 [N, C, R, R] in [-1, 1]."""
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def grid(pixels: Tensor, columns: int, pad: int = 1) -> Tensor:
    """One picture [H, W, C] of [N, R, R, C], row by row, with `pad` pixels of mid grey around each."""
    n, height, width, channels = pixels.shape
    rows = -(-n // columns)
    sheet = torch.full((rows * (height + pad) + pad, columns * (width + pad) + pad, channels), 128, dtype=torch.uint8)
    for i in range(n):
        top, left = (i // columns) * (height + pad) + pad, (i % columns) * (width + pad) + pad
        sheet[top : top + height, left : left + width] = pixels[i]
    return sheet


def enlarge(pixels: Tensor, scale: int) -> Tensor:
    """Every pixel of [..., H, W, C] repeated `scale` times in both directions: crisp, nothing invented."""
    return pixels.repeat_interleave(scale, -3).repeat_interleave(scale, -2)


def to_png(picture: Tensor, text: Mapping[str, str] | None = None) -> bytes:
    """The PNG file of one picture, uint8 [H, W, C], C 1 or 3; `text` goes into its metadata."""
    info = PngImagePlugin.PngInfo()
    for key, value in (text or {}).items():
        info.add_itxt(key, value)
    array = picture.numpy()
    file = io.BytesIO()
    Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def read_picture(path: Path, resolution: int) -> Tensor:
    """uint8 [R, R, 3] of any picture file: upright, on black where transparent, centre crop, resized.

    Raises:
        DataError: not a picture, damaged, or of more than 40 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as file:
                if file.width * file.height > MAX_PIXELS:
                    raise DataError(f"{path} has more than {MAX_PIXELS:,} pixels")
                upright = ImageOps.exif_transpose(file)
                if upright.mode.startswith("I"):  # 16 bits of grey, which `convert` would clip at 255
                    upright = Image.fromarray((np.asarray(upright) >> 8).clip(0, 255).astype(np.uint8))
                # RGBA on the way: palettes and grey pictures may carry transparency too.
                rgba = upright.convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba).convert("RGB")
        square = ImageOps.fit(flat, (resolution, resolution), Image.Resampling.LANCZOS)
    except UNREADABLE as error:
        raise DataError(f"{path} is not a picture that can be read") from error
    return torch.from_numpy(np.asarray(square).copy())
