"""What there is to see on a picture of a chat."""

import io

from PIL import Image, PngImagePlugin

from bot.evidence.fonts import installed

FONTS = installed()
WIDTH = 1240


def opened(page: bytes) -> PngImagePlugin.PngImageFile:
    """A page as an image, fully read."""
    image = Image.open(io.BytesIO(page))
    assert isinstance(image, PngImagePlugin.PngImageFile)
    image.load()
    return image


def words(part: object) -> str:
    """All that a sheet's data says, pieces joined, without places to break."""
    if isinstance(part, dict):
        return (
            str(part["v"]).replace("\u200b", "") if "v" in part else "\n".join(words(value) for value in part.values())
        )
    if isinstance(part, list):
        inline = all(isinstance(one, dict) and "v" in one for one in part)
        return ("" if inline else "\n").join(words(one) for one in part)
    return str(part)


def colours(page: bytes) -> set[object]:
    """The colours that fill much of a page."""
    counted = opened(page).convert("RGB").getcolors(1 << 24) or []
    return {colour for count, colour in counted if count > 400}


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    """Whether a colour is the wanted one but for what JPEG does to it."""
    assert isinstance(colour, tuple)
    return all(abs(int(one) - other) <= 4 for one, other in zip(colour, wanted, strict=True))
