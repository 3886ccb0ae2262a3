"""Lists of participants as people bring them: CSV of any kind, workbooks, and what is neither."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from motesklar.accounts.people_csv import BadPeopleFile
from motesklar.errors import BadCsv
from motesklar.workshops import workbook
from motesklar.workshops.roster import file as roster_file
from motesklar.workshops.roster.file import Expected, read_roster, template_file

LIST = "Namn;E-post;Avdelning\r\nÅsa Öberg;Asa@Exempelstad.example;Vård\r\nBo Ek;;\r\n"
PEOPLE = (Expected(2, "Åsa Öberg", "asa@exempelstad.example", "Vård"), Expected(3, "Bo Ek"))


def book(*rows: tuple[object, ...]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_list_is_read_in_every_encoding_and_with_every_delimiter(
    encoding: str, delimiter: str
) -> None:
    assert read_roster(LIST.replace(";", delimiter).encode(encoding)).people == PEOPLE


def test_a_workbook_is_read_as_the_same_list() -> None:
    data = book(
        ("Namn", "E-post", "Avdelning"),
        ("Åsa Öberg", "Asa@Exempelstad.example", "Vård"),
        ("Bo Ek", None, None),
        (None, None, None),
    )
    assert read_roster(data).people == PEOPLE


def test_first_and_last_names_become_one_and_other_columns_are_passed_over() -> None:
    data = book(("Förnamn", "Efternamn", "Mat"), ("Ada", "Berg", 7.0), ("Bo", None, "=1+1"))
    file = read_roster(data)
    assert [person.name for person in file.people] == ["Ada Berg", "Bo"]
    assert file.passed_over == ("Mat",)


def test_the_template_can_be_filled_in_and_read() -> None:
    empty = template_file("Namn", "E-postadress", "Avdelning")
    assert read_roster(f"{empty}Ada Berg;;\r\n".encode()).people == (Expected(2, "Ada Berg"),)


def test_every_problem_is_told_with_its_line() -> None:
    data = b"Namn;E-post\n;a@b.se\nBo;bo\nAda;a@b.se\nEva;a@b.se\n19121212-1212;\n"
    with pytest.raises(BadPeopleFile) as told:
        read_roster(data)
    assert [problem.params["line"] for problem in told.value.problems] == [2, 3, 5, 6]
    assert all(problem.next_step for problem in told.value.problems)
    assert "1212-" not in str([str(problem) for problem in told.value.problems])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Namn;E-post\n",
        b"Ada Berg;ada@b.se\nBo Ek;bo@b.se\n",
        b"Namn;Namn\nAda;Berg\n",
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or locked one",
        b"\x00\x01\x02\x03",
        with_part(book(("Namn",), ("Ada",)), "xl/vbaProject.bin", b"x"),
        with_part(book(("Namn",), ("Ada",)), "xl/macrosheets/sheet1.xml", b"x"),
        with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"no workbook"),
    ],
    ids=range(10),
)
def test_what_is_no_such_list_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(BadCsv) as told:
        read_roster(data)
    assert told.value.next_step


def test_a_workbook_that_would_grow_without_an_end_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 100_000)
    data = with_part(book(("Namn",), ("Ada",)), "xl/media/big", bytes(200_000))
    assert len(data) < 20_000
    with pytest.raises(BadCsv, match="too big"):
        read_roster(data)


def test_entities_in_a_workbook_are_refused() -> None:
    data = book(("Namn",), ("Ada",))
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, evil + content if part.filename.endswith("sheet1.xml") else content)
    with pytest.raises(BadCsv):
        read_roster(file.getvalue())


def test_more_people_than_a_workshop_ever_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_file, "MOST_PEOPLE", 2)
    assert len(read_roster(b"Namn\nA\nB\n").people) == 2
    for data in (b"Namn\nA\nB\nC\n", book(("Namn",), ("A",), ("B",), ("C",))):
        with pytest.raises(BadCsv, match="more than 2 people"):
            read_roster(data)
