"""The files Telegram keeps: identifiers, picture sizes, download paths, and how big each may be."""

import io
import itertools
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from tests.wire.telegram.content import File
from tests.wire.telegram.errors import JSON, bad

DOWNLOAD_LIMIT = 20 * 2**20
UPLOAD_LIMIT = 50 * 2**20
PHOTO_LIMIT = 10 * 2**20
LINK_LASTS = 3600
SIZES = (90, 320, 800, 1280)


@dataclass(frozen=True, slots=True)
class Stored:
    """One file: `folder` is "photos" or "documents", as it appears in its download path."""

    file_id: str
    unique_id: str
    folder: str
    path: str
    file: File
    width: int = 0
    height: int = 0

    def as_size(self) -> JSON:
        """A `PhotoSize`."""
        return self._identity() | {"width": self.width, "height": self.height}

    def as_document(self) -> JSON:
        """A `Document`."""
        return self._identity() | {"file_name": self.file.name, "mime_type": self.file.kind}

    def _identity(self) -> JSON:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.file.data)}


@dataclass(eq=False, slots=True)
class Files:
    """Every file by its `file_id`; `links` says until when a download path is good."""

    kept: dict[str, Stored] = field(default_factory=dict)
    links: dict[str, float] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def keep(self, file: File, folder: str = "documents", size: tuple[int, int] = (0, 0)) -> Stored:
        """Store a file and give it its identifiers."""
        number = next(self._numbers)
        ending = "." + file.name.rpartition(".")[2] if "." in file.name else ""
        prefix = "AgACAgQ" if folder == "photos" else "BQACAgQ"
        stored = Stored(
            f"{prefix}{number:012d}", f"AQAD{number:08d}", folder, f"{folder}/file_{number}{ending}", file, *size
        )
        self.kept[stored.file_id] = stored
        return stored

    def keep_photo(self, data: bytes) -> list[JSON]:
        """Store a picture in its sizes, smallest first; the largest holds the bytes as they came.

        Raises `RefusedError` when it is too big or no picture."""
        if len(data) > PHOTO_LIMIT:
            raise bad(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes")
        try:
            image = Image.open(io.BytesIO(data))
            image.load()
        except (UnidentifiedImageError, OSError) as broken:
            raise bad("IMAGE_PROCESS_FAILED") from broken
        if sum(image.size) > 10000 or max(image.size) > 20 * min(image.size):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        smaller = self._scaled(image.convert("RGB"))
        largest = self.keep(File(f"photo.{(image.format or 'jpg').lower()}", data), "photos", image.size)
        return [stored.as_size() for stored in (*smaller, largest)]

    def _scaled(self, image: Image.Image) -> list[Stored]:
        """Every smaller size, smallest first; each is made of the next larger one, which is quick."""
        made: list[tuple[bytes, tuple[int, int]]] = []
        for edge in reversed([one for one in SIZES if one < max(image.size)]):
            image.thumbnail((edge, edge), reducing_gap=1.0)
            written = io.BytesIO()
            image.save(written, "JPEG")
            made.insert(0, (written.getvalue(), image.size))
        return [self.keep(File("photo.jpg", data), "photos", size) for data, size in made]

    def keep_document(self, file: File) -> JSON:
        """Store a document. Raises `RefusedError` when it is empty."""
        if not file.data:
            raise bad("file must be non-empty")
        return self.keep(file).as_document()

    def link(self, file_id: str, now: float) -> JSON:
        """The `File` with a download path good for an hour. Raises `RefusedError` for an unknown or too big file."""
        stored = self.kept.get(file_id)
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(stored.file.data) > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        self.links[stored.path] = now + LINK_LASTS
        return stored._identity() | {"file_path": stored.path}

    def at(self, path: str, now: float) -> File | None:
        """The file at a download path, while its link is good."""
        if self.links.get(path, 0.0) < now:
            return None
        return next(stored.file for stored in self.kept.values() if stored.path == path)
