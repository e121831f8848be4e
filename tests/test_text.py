"""What is typed is stored clean, found without its accents, and no name passes for another."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.accounts.look_alikes import skeleton
from forum.words.text import BadText, clean, clean_line, clean_name, fold, loses, scrub

ANY = st.text(st.characters())  # lone surrogates and noncharacters included


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x0bb\x0cc\x85d", "a\nb\nc\nd"),
        ("e\u0301te\u0301", "été"),
        ("\n\n    code  \n \n", "    code"),
        ("break  \nhere", "break  \nhere"),
        ("tab\tstays", "tab\tstays"),
        ("\u200b \u2060\n\u3164", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u2067שלום\u2069", "\u2067שלום\u2069"),
        ("👩\u200d🌾", "👩\u200d🌾"),
    ],
)
def test_a_text_is_stored_clean(typed: str, stored: str) -> None:
    assert clean(typed) == stored


UNSTORABLE = [
    *("\x00", "\x01", "\x08", "\x0e", "\x1b", "\x1f", "\x7f", "\x80", "\x9f", "\ud800"),
    *("\udfff", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"),
]


@pytest.mark.parametrize("char", UNSTORABLE, ids=ascii)
def test_what_cannot_be_stored_is_left_out_everywhere(char: str) -> None:
    for cleaner in (clean, clean_line, clean_name):
        assert cleaner(f"Ada{char} Lovelace") == "Ada Lovelace"
    assert loses(f"Ada{char}")
    assert not loses("Ada\r\n\tLovelace\x0b")
    assert scrub(f"Ada{char}\r\n") == "Ada\ufffd\n"


@pytest.mark.parametrize("char", "\u202d\u202e")
def test_what_turns_the_reading_order_is_refused_with_its_line(char: str) -> None:
    for cleaner in (clean, clean_line, clean_name):
        with pytest.raises(BadText, match="character that turns"):
            cleaner(f"Ada{char}Lovelace")
    with pytest.raises(BadText, match=r"Line 3 contains a character that turns"):
        clean(f"One\x0btwo\r\nthree{char} four")
    assert scrub(f"Ada{char}\r\n") == "Ada\ufffd\n"


def test_stacked_accents_are_refused_before_they_cost_the_square_of_their_number() -> None:
    assert clean("a" + "\u0301" * 30).startswith("á")
    for stack in ("a" + "\u0300\u0316" * 50_000, "\u0f73" * 100_000):
        with pytest.raises(BadText, match="accents"):
            clean(stack)
        fold(stack)
        skeleton(stack)


def test_a_line_has_no_breaks_and_single_spaces() -> None:
    assert clean_line("  A \t title\r\nof two lines ") == "A title of two lines"
    assert clean_line("10\u00a0% «\u202foui\u202f»") == "10\u00a0% «\u202foui\u202f»"
    assert clean_line("\u00a0\u200b") == ""


@pytest.mark.parametrize("char", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_line_may_not_reorder_what_stands_behind_it(char: str) -> None:
    with pytest.raises(BadText, match="reading order"):
        clean_line(f"A title {char}gpj.exe")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "O'Brien",
            "D’Arcy",
            "Jean-Luc",
            "María",
            "Nguyễn Thị Minh",
            "李小龍",
            "Müller",
            "Amélie",
        ),
        *("ᐃᓄᒃ ᑐᒃᑐ", "محمد علي", "דוד בן־גוריון", "Иван Петров", "Ελένη Παπαδοπούλου", "မြို့"),
        *("Kanaʻi", "J. R. R. Tolkien", "Ada (she/her)", "Søren Łukasz", "Zoë", "Đặng", "สมชาย"),
        *("देवनागरी", "முருகன்", "まつもとゆきひろ", "タナカCEO", "김철수", "Հայկ", "X", "R2-D2"),
        *("Ivan Иван", "Ạ̄da", "Ýrr Þórr", "N’Diaye", "Sant’Anna", "Ñuñez", "Jean–Marie", "L·lull"),
    ],
)
def test_real_names_are_welcome(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)
    assert clean_name(f"  {name}\u00a0 ") == clean_name(name)


@pytest.mark.parametrize(
    "name", ["علی\u200cرضا", "ශ්\u200dරී", "क्\u200dष", "Zoë 👩\u200d💻"], ids=ascii
)
def test_a_joiner_that_is_spelling_stays_in_a_name(name: str) -> None:
    assert clean_name(name) == name
    for elsewhere in ("A\u200cda", f"Ada \u200d{name}", f"{name}\u200c", "علی\u200c رضا"):
        with pytest.raises(BadText, match="cannot be seen"):
            clean_name(elsewhere)


def test_a_picture_in_a_name_needs_no_sign_that_it_is_one() -> None:
    assert clean_name("Zoë ❤\ufe0f") == "Zoë ❤"


def test_letters_written_one_by_one_are_of_one_alphabet() -> None:
    assert clean_name("A. B. Иванов") == "A. B. Иванов"
    with pytest.raises(BadText, match="easily taken for others"):
        clean_name("ⲁ d m i n")


def test_a_hard_hyphen_and_hard_spaces_become_plain() -> None:
    assert clean_name("Jean\u2011Luc\u00a0Picard") == "Jean-Luc Picard"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "\u202eadA",
            "A\u200bda",
            "A\u200dda",
            "A\u00adda",
            "Ada\u2060",
            "\ufeffAda",
            "A\u034fda",
        ),
        *(
            "Ada\u3164",
            "Ada\uffa0",
            "A\u115fda",
            "Ada\ufe0f",
            "A\U000e0041da",
            "A\u2800da",
            "A\u061cda",
        ),
        *("Ada\u200e", "A\u180eda", "Ada\ue000", "Ada\U000f0000", "Ada\u0378", "A\u17b4da"),
    ],
    ids=ascii,
)
def test_a_name_holds_nothing_that_cannot_be_seen(name: str) -> None:
    with pytest.raises(BadText):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Аda", "Adа", "αda", "Οbrien", "D’Аrcy", "O'Вrien", "Pа\u0301ul", "Bеn", "Bеn2", "Հda"),
        *("𝐀da", "𝔸𝕕𝕒", "Ａda", "ⓐda", "ᴬda", "ﬁona", "Ada²", "Ꭺda", "Ada_Вen", "A.а.", "ǅ", "Ⅼuc"),
    ],
)
def test_a_name_may_not_pose_as_another(name: str) -> None:
    with pytest.raises(BadText, match="easily taken for others"):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    ["Ada\u0301\u0301\u0301", "Z\u030d\u0352\u0347a", "\u0301Ada", "A\u20ddda", "กิิ", "Ada \u0301"],
)
def test_a_name_is_no_tower_of_accents(name: str) -> None:
    with pytest.raises(BadText, match="accents"):
        clean_name(name)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "123", "…", "😀", "--", "'"])
def test_a_name_has_a_letter(name: str) -> None:
    with pytest.raises(BadText):
        clean_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("Ada Lovelace", "АDА LOVELАСЕ"),
            ("O’Brien", "0'ΒRΙΕΝ"),
            ("Bill", "BiIl"),
            ("Bob", "B0b"),
        ),
        *(("Ada", "Adá"), ("Arnold", "Amold"), ("William", "VVilliam"), ("Jean-Luc", "Jean Luc")),
        *(
            ("ANNA", "ΑΝΝΑ"),
            ("Петр", "петр"),
            ("Νίκος", "ΝΙΚΟΣ"),
            ("paypal", "раураӏ"),
            ("Ada", "Ａｄａ"),
        ),
        *(("Ben", "Вen"), ("Cam", "Ϲam".replace("Ϲ", "С")), ("Dee", "ᎠᎬᎬ"), ("Œuvre", "Oeuvre")),
    ],
)
def test_names_that_look_alike_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_names_that_do_not_look_alike_do_not() -> None:
    names = [
        "Ada",
        "Ben",
        "Cam",
        "Dee",
        "Fay",
        "Zed",
        "李小龍",
        "李小",
        "देव",
        "दिवा",
        "Иван",
        "محمد",
    ]
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Œuvre de l’État", "oeuvre de l'etat"),
        ("  Ærø\n\tŁódź ", "aero lodz"),
        ("STRASSE Straße", "strasse strasse"),
        ("Đặng", "dang"),
        ("ﬁnance ①", "finance 1"),
        ("co\u2011op «x»", 'co-op "x"'),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_search_finds_without_case_or_accents(text: str, key: str) -> None:
    assert fold(text) == key


@given(ANY)
def test_cleaning_is_refused_or_done_for_good(text: str) -> None:
    for cleaner in (clean, clean_line, clean_name):
        with suppress(BadText):
            cleaned = cleaner(text)
            assert cleaner(cleaned) == cleaned
            cleaned.encode("utf-8")


@given(ANY)
def test_what_is_scrubbed_can_be_shown(text: str) -> None:
    scrub(text).encode("utf-8")
    assert scrub(scrub(text)) == scrub(text)


@given(ANY)
def test_a_search_key_is_its_own_key(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert skeleton(skeleton(text)) == skeleton(text)
    assert skeleton(text.upper()) == skeleton(text.upper().lower())
