"""CSV, TSV and pasted text, in every encoding and with every delimiter that turns up."""

from pathlib import Path

import pytest

from bot import rosters
from bot.errors import RosterError
from tests.rosters.files import MEMBER, TITLES, listed, member, members, text


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_a_list_is_read_in_any_usual_encoding(encoding: str, shown: str) -> None:
    data = text([TITLES, member(1, firstname="Zoë")], encoding=encoding)

    listing = listed(data)

    assert listing.recognised.encoding == shown
    assert [entry.name for entry in listing.entries] == ["Zoë Reed"]


@pytest.mark.parametrize(
    ("delimiter", "shown"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")]
)
def test_the_delimiter_is_found_even_where_names_have_commas(delimiter: str, shown: str) -> None:
    rows = [("Student ID", "Name"), *((f"012345{digit}", "Reed, Ash") for digit in range(5))]

    listing = listed(text(rows, delimiter=delimiter))

    assert listing.recognised.delimiter == shown
    assert [entry.member_key for entry in listing.entries] == [f"012345{digit}" for digit in range(5)]
    assert {entry.name for entry in listing.entries} == {"Reed, Ash"}


def test_a_bare_column_of_ids_is_a_list() -> None:
    listing = listed(b"0123456\r\n0123457\r\n\r\nu0123458\r\n")

    assert [entry.member_key for entry in listing.entries] == ["0123456", "0123457", "u0123458"]
    assert listing.recognised.columns[0].guessed


def test_rows_are_numbered_as_a_text_editor_numbers_them() -> None:
    data = b'Student ID,Name\n\n0123456,"Reed,\nAsh"\n,Nobody Known\n'

    listing = listed(data)

    assert [entry.line for entry in listing.entries] == [3]
    assert [review.line for review in listing.review] == [5]


def test_the_last_of_the_members_allowed_is_read_and_one_more_is_refused() -> None:
    most = range(rosters.MAX_ROWS)

    listing = listed(members(most))

    assert len(listing.entries) == rosters.MAX_ROWS
    with pytest.raises(RosterError, match=r"more than 20,000 rows"):
        listed(members(range(rosters.MAX_ROWS + 100)))


def test_fifty_columns_are_read_and_one_more_is_refused() -> None:
    titles, cells = [*TITLES, *map(str, range(43))], [*MEMBER, *["x"] * 43]

    listing = listed(text([titles, cells]))

    assert len(listing.entries) == 1
    with pytest.raises(RosterError, match=r"row 2: there are more than 50 columns"):
        listed(text([titles, [*cells, "x"]]))


def test_blank_columns_and_rows_do_not_count() -> None:
    rows = [[*TITLES, *[""] * 90], [""] * 97, [*MEMBER, *[" "] * 90]]

    listing = listed(text(rows))

    assert len(listing.entries) == 1


def test_a_quotation_mark_that_never_closes_loses_nobody_in_silence() -> None:
    data = b'Student ID,Name\n0123456,"Reed\n0123457,Moss\n0123458,Fern\n'

    with pytest.raises(RosterError, match=r"members.csv, row 2: a quotation mark opens here"):
        listed(data)


def test_a_file_is_never_held_beyond_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)

    with pytest.raises(RosterError, match=r"huge.csv: the file is larger than 5 MB"):
        rosters.load(path)


def test_a_path_that_is_no_file_is_refused_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path

    with pytest.raises(RosterError, match=r"cannot be read \(Is a directory\)"):
        rosters.load(folder)
    with pytest.raises(RosterError, match=r"gone.csv: the file cannot be read \(No such file or directory\)"):
        rosters.load(folder / "gone.csv")


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "list of members.csv"
    path.write_bytes(members([1, 2]))

    sheet = rosters.load(path)

    assert sheet.file == "list of members.csv"
    assert len(sheet.rows) == 3
