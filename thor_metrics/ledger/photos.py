"""Photos and other images: made anew from their pixels, so nothing of the camera comes along.

EXIF (with the place where somebody stood), comments, thumbnails and colour profiles live beside
the pixels in a file. They are not filtered out, which can be forgotten for a new kind of them:
only pixels are taken over.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image, ImageOps

from thor_metrics.errors import FileRefused

__all__ = ["PHOTO_PIXELS", "THUMB_PIXELS", "SmallPhoto", "image_remade", "small_photo"]

PHOTO_PIXELS: Final = 1_600
THUMB_PIXELS: Final = 320
#: A scanned page of A4 at 300 dots an inch is 3,508 high.
_SCAN_PIXELS: Final = 4_000
#: Telephones make up to 50 million; 60 million pixels take 180 MB of memory for a moment.
_MOST_PIXELS: Final = 60_000_000

#: What some telephones make of a JPEG (MPO: a second picture behind it) is read as one.
_FORMATS: Final = ("JPEG", "PNG", "WEBP")

#: What the library raises on files that were made to hurt, or came in halves.
_DAMAGE: Final = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError,
    ZeroDivisionError, MemoryError, struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class SmallPhoto:
    """A photo as it is kept.

    Attributes
    ----------
    data, thumb : bytes
        JPEG, at most 1600 and 320 px on the long side.
    width, height : int
        Pixels of ``data``, the right way up.
    taken_on : date or None
        What the camera said; the only thing taken over besides pixels.
    """

    data: bytes
    thumb: bytes
    width: int
    height: int
    taken_on: dt.date | None


def small_photo(data: bytes, name: str) -> SmallPhoto:
    """Make a photo small and silent.

    Parameters
    ----------
    data : bytes
        JPEG, PNG or WebP.
    name : str
        For the message.

    Raises
    ------
    FileRefused
        When it cannot be read, or has more than 60 million pixels (a decompression bomb).
    """
    picture, taken_on = _pixels(data, name, PHOTO_PIXELS)
    small = picture.copy()
    small.thumbnail((THUMB_PIXELS, THUMB_PIXELS), Image.Resampling.LANCZOS)
    return SmallPhoto(_jpeg(picture, 85), _jpeg(small, 80), *picture.size, taken_on)


def image_remade(data: bytes, media_type: str, name: str) -> bytes:
    """Make an image of a document anew: large enough for a scanned page, nothing but pixels.

    Parameters
    ----------
    data : bytes
    media_type : str
        ``image/jpeg``, ``image/png`` or ``image/webp``: stays the same.
    name : str
        For the message.

    Raises
    ------
    FileRefused
        As :func:`small_photo`.
    """
    picture, _ = _pixels(data, name, _SCAN_PIXELS)
    out = io.BytesIO()
    if media_type == "image/png":
        picture.save(out, "PNG", optimize=False)
    elif media_type == "image/webp":
        picture.save(out, "WEBP", quality=90)
    else:
        return _jpeg(picture, 90)
    return out.getvalue()


def _pixels(data: bytes, name: str, most: int) -> tuple[Image.Image, dt.date | None]:
    """Pixels the right way up, on white, no side longer than ``most``; and the camera's date."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _bomb(name)
            # A JPEG can be read at a half or a quarter: less work and memory, same outcome.
            picture.draft("RGB", (most, most))
            taken_on = _day(picture)
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((most, most), Image.Resampling.LANCZOS)
            if upright.has_transparency_data:
                upright = upright.convert("RGBA")
                clean = Image.new("RGB", upright.size, "white")
                clean.paste(upright, mask=upright.getchannel("A"))
            else:
                clean = Image.new("RGB", upright.size)
                clean.paste(upright.convert("RGB"))
            return clean, taken_on
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _bomb(name) from None
    except FileRefused:
        raise
    except _DAMAGE:
        raise FileRefused(
            f"'{name}' is als afbeelding niet te lezen: beschadigd of onvolledig. Kies de foto "
            "opnieuw, of bewaar haar eerst als JPEG."
        ) from None


def _day(picture: Image.Image) -> dt.date | None:
    """Day a photo was taken, when the camera knew."""
    said = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        return dt.datetime.strptime(str(said)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        return None  # not set, or a clock that was never set


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _bomb(name: str) -> FileRefused:
    return FileRefused(
        f"'{name}' heeft meer dan {_MOST_PIXELS // 1_000_000} miljoen beeldpunten. Maak de foto "
        "eerst kleiner."
    )
