"""Reads an image that may mean harm, in a process of its own that can do nothing else. Run by `images`, never imported.

    python -I decode.py SIDE MOST_PIXELS MEMORY CPU_SECONDS  < image  > one line of JSON, then a JPEG

The line is {"width", "height", "format", "animated"} of the original, or {"why"}: why it cannot be shown. Every module
is loaded before a byte of the image is read; from then on the process can open no file and no socket, write no file,
start no other process unless it is root's, and has little memory and time.
"""

import json
import resource
import sys
from io import BytesIO

from PIL import GifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

FORMATS = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
}
SMOOTH = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
OPEN_FILES = 3  # standard input, output and error
QUALITY = 85
ORIENTATION = 0x0112  # the EXIF tag that says which way up
DAMAGED = "it is damaged, or not the kind of picture that it begins as"


class RefusedError(Exception):
    """The image is not shown; the text says why."""


def confine(memory: int, seconds: int) -> None:
    """Take away from this process what decoding does not need; nothing gives it back."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def decode(data: bytes, side: int, most_pixels: int) -> tuple[dict[str, object], bytes]:
    """What the image is, and its first frame as a JPEG of at most `side` pixels a side with nothing else in it."""
    with Image.open(BytesIO(data), formats=tuple(FORMATS)) as image:
        width, height = image.size
        if width * height > most_pixels:
            raise RefusedError(f"it has {width:,} × {height:,} pixels, more than {most_pixels // 1_000_000} million")
        animated = bool(getattr(image, "is_animated", False))
        facts: dict[str, object] = {"width": width, "height": height, "format": image.format, "animated": animated}
        image.draft("RGB", (side, side))  # lets a JPEG be read at a fraction of its size
        small = smooth(image)
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        return facts, jpeg(flat(ImageOps.exif_transpose(small)))


def smooth(image: Image.Image) -> Image.Image:
    """The image in a mode that can be made smaller without coarse edges; sixteen bits of grey become eight."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    return image if image.mode in SMOOTH else image.convert("RGBA")


def flat(image: Image.Image) -> Image.Image:
    """The image in plain colours, on white where it lets light through."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    shown = image.convert("RGBA")
    paper = Image.new("RGBA", shown.size, "white")
    return Image.alpha_composite(paper, shown).convert("RGB")


def jpeg(image: Image.Image) -> bytes:
    """A JPEG of the pixels alone: a fresh image knows nothing of the old one's EXIF, profile or comments."""
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def rehearse() -> None:
    """Decode a little image of each kind, so that all that decoding loads is loaded while files can still be opened."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    for kind in FORMATS:
        for mode in ("RGB", "P"):
            small = BytesIO()
            sample = Image.new(mode, (8, 8)) if kind != "JPEG" else Image.new("RGB", (8, 8))
            sample.save(small, kind, exif=exif)
            decode(small.getvalue(), 4, 64)


def answer(facts: dict[str, object], data: bytes = b"") -> None:
    """Hand back one line and the bytes."""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + data)


def main(side: int, most_pixels: int, memory: int, seconds: int) -> None:
    """Confine, read, decode, answer."""
    rehearse()
    Image.MAX_IMAGE_PIXELS = most_pixels
    confine(memory, seconds)
    data = sys.stdin.buffer.read()
    try:
        answer(*decode(data, side, most_pixels))
    except RefusedError as refused:
        answer({"why": str(refused)})
    except Image.DecompressionBombError:
        answer({"why": f"it has more than {most_pixels // 1_000_000} million pixels"})
    except MemoryError:
        answer({"why": "it needs too much memory"})
    except Exception:  # noqa: BLE001  # a decoder may fail in any way; the process ends here, and so does the harm
        answer({"why": DAMAGED})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
