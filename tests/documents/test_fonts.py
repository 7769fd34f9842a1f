"""What can be set, and what becomes of what cannot."""

from reskontro.documents.fonts import BREAK, face_files, settable, shown


def test_the_typeface_comes_from_its_wheel_and_has_the_letters_of_the_north():
    assert all(path.is_file() for path in face_files())
    assert set(map(ord, "ÆØÅæøåÄÖäöÐðÞþŠŽčđŋŧ€−–…\u00a0")) <= shown()
    assert not {ord("王"), ord("😀")} & shown()


def test_an_ordinary_text_stays_as_it_is():
    for text in ("Owe Armstrong", "#let x = $ 1 $", "Åse Ødegård", "", "Ωмега"):
        assert settable(text) == text


def test_what_the_typeface_cannot_show_is_told_by_a_question_mark():
    assert settable("王小明 Ltd") == "??? Ltd"


def test_a_composed_letter_is_one_character():
    assert settable("A\u030ase") == "Åse"


def test_line_breaks_are_spaces_and_invisible_marks_are_gone():
    assert settable("a\nb\x00c") == "a b c"
    assert settable("å\u202eb\u200dc\u2028d") == "åbc d"


def test_a_long_word_may_be_broken_and_keeps_its_letters():
    address = "kontakt.person@veldig-langt-firmanavn.example.no"
    broken = settable(address)
    assert broken.replace(BREAK, "") == address
    assert max(map(len, broken.split(BREAK))) <= 11
    assert f"@{BREAK}" in broken
    assert BREAK not in settable("x" * 22)
