"""XLSX workbooks, honest and hostile."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from bot import rosters
from bot.errors import RosterError
from tests.rosters.files import (
    MEMBER,
    SHEET,
    STRINGS,
    STYLES,
    TITLES,
    archive,
    as_excel,
    listed,
    member,
    saved,
    workbook,
)


def test_ids_keep_the_zeros_that_only_the_format_shows() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Student ID", "Name", "Expires"])
    book.active.append([123456, "Ash Reed", datetime(2027, 7, 31)])  # noqa: DTZ001 - a cell has no time zone
    book.active.append(["0123457", "Bay Moss", date(2027, 7, 31)])
    book.active.append([1234568.0, "Cy Fern", "31/07/2027"])
    book.active["A2"].number_format = "0000000"

    listing = listed(saved(book), "members.xlsx")

    assert [entry.member_key for entry in listing.entries] == ["0123456", "0123457", "1234568"]
    assert {entry.expires_on for entry in listing.entries} == {date(2027, 7, 31)}


def test_a_formula_is_not_evaluated() -> None:
    data = workbook([("Student ID", "Name"), ('="0123456"', "Ash Reed"), ("=1+0123456", "Bay Moss"), ("0123457", "Cy")])

    listing = listed(data, "members.xlsx")

    assert [entry.member_key for entry in listing.entries] == ["0123457"]
    assert [review.kind for review in listing.review] == ["blank", "blank"]


def test_merged_titles_above_the_header_are_passed_over() -> None:
    book = Workbook()
    assert book.active is not None
    titles: list[list[str | None]] = [["Chess Society"], [None, "Person", None, "Membership"]]
    for row in [*titles, TITLES, MEMBER]:
        book.active.append(list(row))
    book.active.merge_cells("A1:G1")
    book.active.merge_cells("B2:C2")

    listing = listed(saved(book), "members.xlsx")

    assert listing.recognised.header_line == 3
    assert [entry.name for entry in listing.entries] == ["Ash Reed"]


def test_the_sheet_that_is_named_after_members_is_read_and_the_others_are_told_of() -> None:
    data = workbook([["Notes"]], title="Notes", more={"Members 2026": [TITLES, MEMBER], "Empty": []})

    sheet = rosters.read("members.xlsx", data)

    assert sheet.remarks == ("Only the worksheet “Members 2026” was read, not “Notes”.",)
    assert sheet.rows[1].cells == MEMBER


def test_a_hidden_sheet_is_not_read() -> None:
    book = Workbook()
    book.create_sheet("Members").append(["old"])
    book["Members"].sheet_state = "hidden"
    assert book.active is not None
    book.active.append(list(TITLES))

    sheet = rosters.read("members.xlsx", saved(book))

    assert [row.cells for row in sheet.rows] == [TITLES]


def test_a_workbook_says_when_it_was_saved() -> None:
    book = Workbook()
    book.properties.modified = datetime(2026, 11, 2, 9, 30)  # noqa: DTZ001 - openpyxl takes it as UTC and sets it anew
    data = saved(book)
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        written = zipped.read("docProps/core.xml").decode()

    sheet = rosters.read("members.xlsx", data)

    assert sheet.made_at is not None
    assert sheet.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") in written


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = archive({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 60_000_000})

    with pytest.raises(RosterError, match=r"unpacks to far more than a list"):
        rosters.read("bomb.xlsx", bomb)


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too() -> None:
    bomb = archive({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 60_000_000})
    lying = bomb.replace((60_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))

    with pytest.raises(RosterError, match=r"the workbook is damaged or locked"):
        rosters.read("bomb.xlsx", lying)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_declarations_are_refused(encoding: str) -> None:
    declared = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode(encoding)
    data = archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b" " * 70_000 + declared})

    with pytest.raises(RosterError, match=r"holds what no list of members needs \(xl/workbook.xml\)"):
        rosters.read("members.xlsx", data)


def changed(part: str, old: str, new: str | Callable[[re.Match[str]], str]) -> bytes:
    """A good workbook of one member in which a piece of one part is replaced."""
    parts = as_excel(workbook([TITLES, MEMBER]))
    assert re.search(old, parts[part].decode())
    return archive(parts | {part: re.sub(old, new, parts[part].decode()).encode()})


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, "</sheetData>", "<row/>" * 130_000 + "</sheetData>"),
        (SHEET, "</sheetData>", f"<row>{'<c/>' * 20_000}</row></sheetData>"),
        (SHEET, "</sheetData>", ("<row/>" + "<c/>" * 200) * 200 + "</sheetData>"),
        (SHEET, "</sheetData>", ('<row a=">"/>' + "<c/>" * 200) * 200 + "</sheetData>"),
        (SHEET, "<sheetData>", f"<mergeCells>{'<mergeCell/>' * 30_000}</mergeCells><sheetData>"),
        (SHEET, "<sheetData>", f"<selection sqref='{'A1 ' * 4_000}'/><sheetData>"),
        (STYLES, "</cellXfs>", f"{'<xf/>' * 100_000}</cellXfs>"),
        (STRINGS, "</sst>", f"{'<si/>' * 1_100_000}</sst>"),
        (STRINGS, "</sst>", f"<si><t>{'a' * 13_000_000}</t></si></sst>"),
    ],
)
def test_parts_that_would_fill_the_memory_are_refused(part: str, old: str, new: str) -> None:
    data = changed(part, old, new)

    with pytest.raises(RosterError, match=rf"holds what no list of members needs \({part}\)"):
        rosters.read("members.xlsx", data)


def test_words_are_found_in_the_table_of_strings_with_or_without_styles() -> None:
    plain = archive(as_excel(workbook([TITLES, MEMBER])))
    styled = changed(STRINGS, "<t>Ash</t>", "<r><rPr><b/></rPr><t>A</t></r><r><t>sh</t></r>")

    names = [listed(data, "members.xlsx").entries[0].name for data in (plain, styled)]

    assert names == ["Ash Reed", "Ash Reed"]


def test_what_comes_after_the_rows_costs_nothing() -> None:
    many = "</sheetData><mergeCells>" + '<mergeCell ref="A1:B2"/>' * 1_000_000 + "</mergeCells>"

    listing = listed(changed(SHEET, "</sheetData>", many), "members.xlsx")

    assert [entry.name for entry in listing.entries] == ["Ash Reed"]


def test_a_workbook_with_prefixed_tags_is_read() -> None:
    data = changed(
        SHEET, r'<(/?)([a-zA-Z])| xmlns="', lambda found: f"<{found[1]}x:{found[2]}" if found[2] else ' xmlns:x="'
    )

    listing = listed(data, "members.xlsx")

    assert [entry.name for entry in listing.entries] == ["Ash Reed"]


def test_tables_charts_notes_and_links_are_passed_over() -> None:
    book = Workbook()
    sheet = book.create_sheet("Members")
    for row in (TITLES, MEMBER):
        sheet.append(list(row))
    sheet.add_table(Table(displayName="Members", ref="A1:G2"))
    sheet["D2"].hyperlink = "mailto:ash@example.org"
    sheet["A2"].comment = Comment("checked", "Committee")
    sheet.add_data_validation(DataValidation(type="list", formula1='"Standard,Social"'))
    sheet.add_chart(BarChart(), "J1")
    book.create_chartsheet("Chart")

    listing = listed(saved(book), "members.xlsx")

    assert [(entry.name, entry.email) for entry in listing.entries] == [("Ash Reed", "ash@example.org")]


def test_a_member_in_the_very_last_row_is_read() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"], book.active["A1048576"] = "Student ID", "0123456"
    data = saved(book)

    listing = listed(data, "members.xlsx")

    assert [(entry.member_key, entry.line) for entry in listing.entries] == [("0123456", 1_048_576)]


def test_a_cell_beyond_the_columns_is_refused_and_not_forgotten() -> None:
    rows = [TITLES, [*MEMBER, *[None] * 60, "x"]]

    with pytest.raises(RosterError, match=r"row 2: there are more than 50 columns"):
        rosters.read("members.xlsx", workbook(rows))


def test_twenty_thousand_members_are_read_and_one_more_hundred_refused() -> None:
    rows = [("Student ID",), *((f"{number:07}",) for number in range(20_000))]

    listing = listed(workbook(rows), "members.xlsx")

    assert len(listing.entries) == 20_000
    with pytest.raises(RosterError, match=r"more than 20,000 rows"):
        rosters.read("members.xlsx", workbook([*rows, *rows[1:101]]))


def test_an_empty_workbook_is_an_empty_list() -> None:
    listing = listed(workbook([]), "members.xlsx")

    assert listing.rows == 0
    assert not listing.entries


def test_every_cut_of_a_workbook_is_read_or_refused() -> None:
    data = workbook([TITLES, *(member(number) for number in range(5))])
    refused = 0

    for end in range(10, len(data), 97):
        try:
            rosters.read("members.xlsx", data[:end])
        except RosterError:
            refused += 1

    assert refused == len(range(10, len(data), 97))
