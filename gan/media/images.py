"""The only place that crosses between `images` and `pixels`; grids and PNG.

`images` are float32 [N, C, R, R] in [-1, 1]; `pixels` are uint8 [N, R, R, C]; one picture is [H, W, C].
"""

import io
from collections.abc import Mapping

import torch
from PIL import Image, PngImagePlugin
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, ITU-R BT.601


def to_pixels(images: Tensor) -> Tensor:
    """uint8 [N, R, R, C]: -1 is 0, 1 is 255, values outside are clipped."""
    return ((images.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1)


def to_images(pixels: Tensor) -> Tensor:
    """float32 [N, C, R, R] in [-1, 1]."""
    return pixels.permute(0, 3, 1, 2).to(torch.float32, copy=True).div_(127.5).sub_(1)


def luma(images: Tensor) -> Tensor:
    """[N, 1, R, R] of images in colour; grey ones as they are."""
    if images.shape[1] == 1:
        return images
    return (images * images.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)


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
