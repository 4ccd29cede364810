"""Pictures that people send: shown when they are pictures, refused in a sentence when they mean harm."""

import asyncio
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from bot.evidence import images as module
from bot.evidence.images import Images, Limits, Seen, Unseen, kind_of

ORIENTATION, GPS = 0x0112, 0x8825
LIMITS = Limits()


def noise(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """An image that does not compress to nothing."""
    return Image.effect_noise((width, height), 60).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """An image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that says it has these sides, whatever is in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


async def look(data: bytes, limits: Limits = LIMITS, side: int = 600) -> Seen | Unseen:
    """One look at one image."""
    return await Images(limits).look(data, side)


async def seen(data: bytes) -> Seen:
    """A look that must succeed."""
    view = await look(data)
    assert isinstance(view, Seen), view
    return view


KINDS: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: encoded(noise(), "PNG"),
    "PNG with transparency": lambda: encoded(noise(mode="RGBA"), "PNG"),
    "PNG of 16 bits": lambda: encoded(Image.new("I;16", (700, 700), 40_000), "PNG"),
    "PNG of one bit": lambda: encoded(noise(mode="1"), "PNG"),
    "PNG with a palette": lambda: encoded(noise(mode="P"), "PNG"),
    "JPEG": lambda: encoded(noise(), "JPEG"),
    "JPEG for print": lambda: encoded(noise(mode="CMYK"), "JPEG"),
    "JPEG in grey": lambda: encoded(noise(mode="L"), "JPEG", progressive=True),
    "WebP": lambda: encoded(noise(), "WEBP"),
    "WebP without loss": lambda: encoded(noise(mode="RGBA"), "WEBP", lossless=True),
    "GIF": lambda: encoded(noise(mode="P"), "GIF"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_picture_becomes_a_thumbnail_of_at_most_600_pixels(kind: str) -> None:
    data = KINDS[kind]()

    view = await seen(data)

    assert view.format == kind.split(" ", maxsplit=1)[0].upper()
    assert not view.animated
    with Image.open(io.BytesIO(view.jpeg), formats=["JPEG"]) as image:
        image.load()
        assert max(image.size) == 600
        assert image.mode == "RGB"
        assert max(view.width, view.height) in (900, 700)


async def test_a_small_picture_is_not_made_larger_and_a_copy_to_look_at_may_be_bigger() -> None:
    small = await seen(encoded(noise(40, 30), "PNG"))
    copy = await look(encoded(noise(2000, 1000), "PNG"), side=1600)

    assert Image.open(io.BytesIO(small.jpeg)).size == (40, 30)
    assert isinstance(copy, Seen)
    assert Image.open(io.BytesIO(copy.jpeg)).size == (1600, 800)


async def test_where_it_was_taken_and_all_other_notes_are_gone() -> None:
    exif = Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    exif[0x010F] = "Canary Cameras"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "Canary words")
    jpeg = encoded(noise(), "JPEG", exif=exif, comment=b"Canary comment", icc_profile=b"Canary profile")

    views = [await seen(jpeg), await seen(encoded(noise(), "PNG", pnginfo=notes, exif=exif))]

    assert b"Canary" in jpeg
    for view in views:
        assert b"Canary" not in view.jpeg
        assert b"Exif" not in view.jpeg
        assert not Image.open(io.BytesIO(view.jpeg)).getexif()


async def test_a_picture_taken_sideways_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = Image.new("RGB", (400, 200), "white")
    image.paste("black", (0, 0, 100, 200))

    view = await seen(encoded(image, "JPEG", exif=exif))

    upright = Image.open(io.BytesIO(view.jpeg)).convert("L")
    assert upright.size == (200, 400)
    assert upright.getpixel((100, 20)) == 0
    assert upright.getpixel((100, 380)) == 255


async def test_what_lets_light_through_stands_on_white() -> None:
    view = await seen(encoded(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG"))

    assert Image.open(io.BytesIO(view.jpeg)).convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_of_an_animation_the_first_frame_is_shown_and_it_says_so(kind: str) -> None:
    frames = [Image.new("RGB", (90, 90), colour) for colour in ("white", "black", "red")]

    view = await seen(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))

    assert view.animated
    assert Image.open(io.BytesIO(view.jpeg)).convert("L").getextrema() == (255, 255)


async def test_what_hides_behind_a_picture_does_not_come_along() -> None:
    archive = b"PK\x03\x04<script>alert(1)</script>%PDF-1.7"

    views = [await seen(encoded(noise(), kind) + archive) for kind in ("PNG", "JPEG", "GIF")]

    assert all(b"script" not in view.jpeg and b"PK\x03" not in view.jpeg for view in views)


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "only PNG, JPEG, WebP and GIF"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "only PNG"),
    "HTML": (b"<html><script>", "only PNG"),
    "BMP": (encoded(noise(), "BMP"), "only PNG"),
    "TIFF": (encoded(noise(), "TIFF"), "only PNG"),
    "PDF": (b"%PDF-1.7", "only PNG"),
    "cut PNG": (encoded(noise(), "PNG")[:5000], "damaged"),
    "cut JPEG": (encoded(noise(), "JPEG")[:5000], "damaged"),
    "cut WebP": (encoded(noise(), "WEBP")[:5000], "damaged"),
    "cut GIF": (encoded(noise(mode="P"), "GIF")[:500], "damaged"),
    "PNG with SVG in it": (b"\x89PNG\r\n\x1a\n<svg/>", "damaged"),
    "JPEG by its first bytes only": (b"\xff\xd8\xff" + b"<svg/>" * 50, "damaged"),
    "WebP by its first bytes only": (b"RIFF\x10\x00\x00\x00WEBP<svg/>", "damaged"),
    "GIF with PHP": (b"GIF89a<?php system($_GET[0]); ?>", "damaged"),
    "no width": (png(0, 10), "damaged"),
    "bomb by its sides": (png(60_000, 60_000), "more than 25 million pixels"),
    "a little too many pixels": (encoded(Image.new("1", (5100, 5100)), "PNG"), "5,100 × 5,100 pixels"),
    "eleven megabytes": (b"\x89PNG\r\n\x1a\n" + b"\0" * 11 * 1024 * 1024, "larger than 10 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_honest_picture_is_refused_with_a_reason(name: str) -> None:
    data, reason = REFUSED[name]

    view = await look(data)

    assert isinstance(view, Unseen)
    assert reason in view.why
    assert view.why.startswith("Not shown: ")


async def test_a_bomb_in_its_notes_is_refused_or_drawn_without_them() -> None:
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 200_000_000))
    honest = encoded(noise(), "PNG")

    view = await look(honest[:33] + bomb + honest[33:])

    assert isinstance(view, Unseen) or len(view.jpeg) < 1_000_000


async def test_a_picture_that_needs_more_memory_than_it_may_have_ends_alone() -> None:
    large = encoded(Image.new("RGBA", (5000, 5000), "red"), "PNG")

    view = await look(large, replace(LIMITS, memory=160 * 1024 * 1024))

    assert isinstance(view, Unseen)


async def test_a_picture_that_takes_too_long_is_ended() -> None:
    large = encoded(noise(1500, 1500), "PNG")

    view = await look(large, replace(LIMITS, seconds=0.0))

    assert view == Unseen("Not shown: it took too long to read.")


async def test_the_largest_allowed_picture_is_shown() -> None:
    view = await seen(encoded(Image.new("RGBA", (5000, 5000), "red"), "PNG"))

    assert (view.width, view.height) == (5000, 5000)


async def test_many_pictures_at_once_are_all_looked_at() -> None:
    images = Images(at_once=2)
    data = [encoded(noise(200 + number, 100), "PNG") for number in range(6)]

    views = await asyncio.gather(*map(images.look, data))

    assert [view.width for view in views if isinstance(view, Seen)] == list(range(200, 206))


CONFINED = """
import resource, sys
sys.path.insert(0, {folder!r})
import decode
import socket, subprocess
decode.confine(640 << 20, 2)
def told(name, deed):
    try:
        deed()
        print(name, "went through")
    except (OSError, MemoryError) as error:
        print(name, "refused", type(error).__name__)
told("socket", lambda: socket.socket())
told("file", lambda: open("/etc/passwd"))
told("process", lambda: subprocess.run(["true"]))
told("memory", lambda: bytearray(700 << 20))
told("limits", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)) or None)
print(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_FSIZE))
"""


def test_the_decoder_can_open_no_socket_no_file_and_take_no_more_memory() -> None:
    code = CONFINED.format(folder=str(module.DECODER.parent))

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [
        "socket refused OSError",
        "file refused OSError",
        "process refused OSError",
        "memory refused MemoryError",
        "limits went through",
        "(2, 2) (0, 0)",
    ]


def test_the_decoder_ends_when_its_processor_time_is_used_up() -> None:
    folder = str(module.DECODER.parent)
    code = f"import sys\nsys.path.insert(0, {folder!r})\nimport decode\ndecode.confine(640 << 20, 1)\nwhile True: pass"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=30)

    assert done.returncode < 0


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP"]), st.binary(max_size=400)
)
@settings(max_examples=12, deadline=None)
def test_any_bytes_that_begin_like_a_picture_are_answered(begin: bytes, rest: bytes) -> None:
    view = asyncio.run(look(begin + rest))

    assert kind_of(begin + rest)
    assert isinstance(view, Seen | Unseen)
