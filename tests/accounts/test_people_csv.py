"""Files of people as they come from Excel, from other systems and from tired hands."""

import codecs

import pytest

from motesklar.accounts.people_csv import BadPeopleFile, parse_people
from motesklar.errors import BadCsv
from motesklar.store.models import Role

SWEDISH = "Namn;E-post;Avdelning;Roll\r\nÅsa Öberg;Asa.Oberg@exempelstad.se;Vård och omsorg;\r\n"


def problems_of(text: str) -> list[BadCsv]:
    with pytest.raises(BadPeopleFile) as caught:
        parse_people(text.encode())
    return list(caught.value.problems)


@pytest.mark.parametrize(
    "data",
    [
        SWEDISH.encode(),
        SWEDISH.encode("utf-8-sig"),
        SWEDISH.encode("utf-16"),
        codecs.BOM_UTF16_BE + SWEDISH.encode("utf-16-be"),
        SWEDISH.encode("utf-16-le"),
        SWEDISH.encode("utf-16-be"),
        SWEDISH.encode("cp1252"),
        SWEDISH.replace(";", ",").encode(),
        SWEDISH.replace(";", "\t").encode("utf-16"),
        ("sep=;\r\n" + SWEDISH).encode("cp1252"),
        SWEDISH.replace("\r\n", "\n").encode(),
        SWEDISH.replace("\r\n", "\r").encode(),
        # a Mac writes Å and Ö as two characters each
        SWEDISH.replace("Å", "A\u030a").replace("Ö", "O\u0308").encode(),
    ],
    ids=[
        "utf-8",
        "utf-8 with mark",
        "utf-16 little",
        "utf-16 big",
        "utf-16 little without mark",
        "utf-16 big without mark",
        "windows-1252",
        "comma",
        "tab",
        "sep line",
        "line feeds",
        "carriage returns",
        "decomposed",
    ],
)
def test_the_same_people_come_out_of_every_encoding_and_delimiter(data: bytes) -> None:
    [person] = parse_people(data)

    assert person.name == "Åsa Öberg"
    assert person.email == "asa.oberg@exempelstad.se"
    assert person.department == "Vård och omsorg"
    assert person.role is Role.LEARNER
    assert not person.role_given


@pytest.mark.parametrize(
    "header",
    [
        "name,e-mail,department,role",
        "NAME,EMAIL,DEPARTMENT,ROLE",
        "Namn,E-post,Förvaltning,Roll",
        "namn,epost,avdelning,roll",
        '"Namn","E-postadress","Avdelning","Roll"',
        " Name , E-Mail , Department , Role ",
    ],
)
def test_headings_are_known_in_both_languages(header: str) -> None:
    [person] = parse_people(f"{header}\nBo,bo@x.se,Kultur,ledare\n".encode())
    assert (person.name, person.email, person.role) == ("Bo", "bo@x.se", Role.LEADER)


def test_columns_stand_in_any_order_and_the_role_may_be_left_out() -> None:
    [person] = parse_people(b"avdelning;epost;namn\nKultur;bo@x.se;Bo\n")
    assert (person.name, person.department, person.role_given) == ("Bo", "Kultur", False)


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Administratör", Role.ADMINISTRATOR),
        ("administrator", Role.ADMINISTRATOR),
        ("GRANSKARE", Role.REVIEWER),
        ("reviewer", Role.REVIEWER),
        ("kursledare", Role.LEADER),
        ("leader", Role.LEADER),
        ("deltagare", Role.LEARNER),
        ("learner", Role.LEARNER),
    ],
)
def test_roles_are_known_in_both_languages(word: str, role: Role) -> None:
    [person] = parse_people(f"namn;epost;avdelning;roll\nBo;bo@x.se;K;{word}\n".encode())
    assert person.role is role


def test_blank_lines_as_excel_leaves_them_are_passed_over() -> None:
    people = parse_people(
        b"\nnamn;epost;avdelning;roll;\n;;;;\nBo;bo@x.se;K;;\n\n;;;;\nEva;eva@x.se;K;;\n"
    )
    assert [(person.line, person.name) for person in people] == [(4, "Bo"), (7, "Eva")]


def test_a_quoted_value_may_hold_the_delimiter_and_a_line_break() -> None:
    people = parse_people(
        b'namn,epost,avdelning\n"Alm, Anna",a@x.se,"Kultur\noch fritid"\nBo,bo@x.se,K\n'
    )
    assert people[0].name == "Alm, Anna"
    assert people[0].department == "Kultur och fritid"
    assert people[1].line == 4


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (";bo@x.se;K;", "the name is missing"),
        ("Bo;;K;", "the e-mail address is missing"),
        ("Bo;bo@x.se;;", "the department is missing"),
        ("Bo;bo@x;K;", "“bo@x” is not a whole e-mail address"),
        ("Bo;bo x@x.se;K;", "is not a whole e-mail address"),
        ("Bo;bö@x.se;K;", "is not a whole e-mail address"),
        ("Bo;bo@x.se;K;chef", "there is no role “chef”"),
        ("Bo;bo@x.se;K;;mer", "more on the line than the heading"),
        ("Bo\x07;bo@x.se;K;", "characters that do not belong"),
        ("B" * 121 + ";bo@x.se;K;", "too long"),
    ],
)
def test_a_problem_names_its_line_and_what_to_do(row: str, told: str) -> None:
    [problem] = problems_of(f"namn;epost;avdelning;roll\nEva;eva@x.se;K;\n{row}\n")
    assert str(problem).startswith("Line 3")
    assert told in str(problem)
    assert problem.next_step != BadCsv.next_step


def test_every_problem_of_the_file_is_told_in_the_order_of_its_lines() -> None:
    told = problems_of(
        "namn;epost;avdelning\nBo;bo@x.se;K\n;eva@x.se;K\nBo igen;BO@x.se;K\nUlf;ulf;K\n"
    )
    assert [problem.params["line"] for problem in told] == [3, 4, 5]
    assert "already on line 2" in str(told[1])


@pytest.mark.parametrize(
    "number",
    ["850101-1234", "19850101-1234", "198501011234", "8501011234", "850161-1234", "850101+1234"],
)
@pytest.mark.parametrize("cell", [0, 1, 2, 3])
def test_a_personal_identity_number_is_refused_and_never_repeated(number: str, cell: int) -> None:
    cells = ["Bo", "bo@x.se", "Kultur", ""]
    cells[cell] = f"{number}@x.se" if cell == 1 else f"Bo {number}"
    [problem] = problems_of("namn;epost;avdelning;roll\n" + ";".join(cells) + "\n")

    assert "personal identity number" in str(problem)
    assert number not in str(problem)
    assert number not in str(problem.params)


def test_a_column_of_personal_identity_numbers_is_refused_by_its_heading() -> None:
    with pytest.raises(BadCsv, match="“Personnummer”"):
        parse_people(b"Namn;Personnummer;E-post;Avdelning\n")


def test_a_file_without_its_heading_does_not_repeat_a_number_from_its_first_line() -> None:
    with pytest.raises(BadCsv) as caught:
        parse_people(b"850101-1234;Bo;bo@x.se;K\n")
    assert "850101" not in str(caught.value)


@pytest.mark.parametrize("text", ["Enhet 2301", "Skola 4", "0701-23", "202603021"])
def test_ordinary_numbers_are_no_identity_numbers(text: str) -> None:
    assert parse_people(f"namn;epost;avdelning\nBo;bo@x.se;{text}\n".encode())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"namn;epost;avdelning\n", "no people"),
        (b"namn;avdelning\nBo;K\n", "no column for the e-mail address"),
        (b"namn;epost;avdelning;telefon\n", "“telefon”"),
        (b"namn;namn;epost;avdelning\n", "there twice"),
        (b"PK\x03\x04rest of a workbook", "not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"namn;epost;avdelning\n=cmd|' /C calc'!A0;bo@x.se;K\n", "Line 2: .* is a formula"),
        (b"namn;epost;avdelning\nBo;bo@x.se;#REF!\n", "Line 2: .* is a formula"),
        (b"namn;epost;avdelning\n\x81\x8d\x00", "nor a text file"),
        (b"\xff\xfeo", "nor a text file"),
        (b'namn;epost;avdelning\n"Bo;bo@x.se;K\n', "can't be read"),
        (b'namn;epost;avdelning\n"Bo" Ek;bo@x.se;K\n', "Line 2 can't be read"),
    ],
)
def test_a_file_that_cant_be_used_says_why(data: bytes, told: str) -> None:
    with pytest.raises(BadCsv, match=told):
        parse_people(data)
