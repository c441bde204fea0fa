"""What is read of a score in MusicXML."""

import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from gan.data.musicxml import Note, read_score
from gan.errors import DataError
from made_scores import compressed, musicxml


def test_parts_notes_and_what_stands_at_their_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    parts = {"Soprano": [(1, 72), (0.5, 74), (0.5, None), (2, 61)], "Bass": [(4, 40)]}
    path.write_text(musicxml(parts, fifths=-3, rights="free"))
    score = read_score(path)
    assert [part.name for part in score.parts] == ["Soprano", "Bass"]
    assert score.parts[0].notes == (
        Note(Fraction(0), Fraction(1), 72), Note(Fraction(1), Fraction(1, 2), 74),
        Note(Fraction(3, 2), Fraction(1, 2), None), Note(Fraction(2), Fraction(2), 61),
    )  # fmt: skip
    assert score.parts[1].notes == (Note(Fraction(0), Fraction(4), 40),)
    assert (score.fifths, score.metres, score.downbeat, score.rights) == ((-3,), ((4, 4),), 0, ("free",))
    assert all(part.single for part in score.parts)


def test_a_compressed_score_is_the_same(tmp_path: Path) -> None:
    text = musicxml({"Alto": [(1, 60), (4, 62)]}, upbeat=1)
    (tmp_path / "a.xml").write_text(text)
    packed = compressed(tmp_path / "a.mxl", text)
    assert read_score(packed) == read_score(tmp_path / "a.xml")
    assert read_score(packed).downbeat == 1


def test_a_tied_note_does_not_begin_again(tmp_path: Path) -> None:
    text = musicxml({"Alto": [(2, 60), (2, 60)]})
    second = text.rindex("</duration>") + len("</duration>")
    (tmp_path / "a.xml").write_text(text[:second] + '<tie type="stop"/>' + text[second:])
    assert [note.begins for note in read_score(tmp_path / "a.xml").parts[0].notes] == [True, False]


@pytest.mark.parametrize(
    ("old", "new"),
    [("<pitch>", "<chord/><pitch>"), ("<voice>1</voice></note></measure>", "<voice>2</voice></note></measure>")],
)
def test_a_part_of_several_voices_is_not_single(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "a.xml").write_text(musicxml({"Alto": [(2, 60), (2, 64)]}).replace(old, new))
    assert not read_score(tmp_path / "a.xml").parts[0].single


def test_a_second_voice_is_read_from_where_it_begins(tmp_path: Path) -> None:
    text = musicxml({"Alto": [(2, 60), (2, 64)]})
    back = text.replace("</note></measure>", "</note><backup><duration>8</duration></backup></measure>")
    after = back.replace("</measure>", "<note><rest/><duration>4</duration></note></measure>")
    (tmp_path / "a.xml").write_text(after)
    starts = [note.start for note in read_score(tmp_path / "a.xml").parts[0].notes]
    assert starts == [0, 2, 2]  # the rest begins where the second note does


def test_grace_notes_take_no_time(tmp_path: Path) -> None:
    text = musicxml({"Alto": [(2, 60), (2, 64)]})
    (tmp_path / "a.xml").write_text(text.replace("<note>", "<note><grace/></note><note>", 1))
    assert [note.start for note in read_score(tmp_path / "a.xml").parts[0].notes] == [0, 2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<score-partwise>", ""),
        ("<score-timewise/>", ": it is a score-timewise, not a score by parts"),
        ("<score-partwise/>", ": it has no part"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><score-partwise/>', ": it defines entities"),
        (musicxml({"Alto": [(1, 60)]}).replace("<step>C</step>", "<step>H</step>"), ""),
        (musicxml({"Alto": [(1, 60)]}).replace("<divisions>4", "<divisions>0"), ""),
    ],
)
def test_what_is_no_score_is_told(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "bad.xml").write_text(text)
    with pytest.raises(DataError, match=rf"^bad\.xml cannot be read as MusicXML{why}$"):
        read_score(tmp_path / "bad.xml")


def test_a_zip_without_a_score_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.mxl", "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
    with pytest.raises(DataError, match="it holds no score"):
        read_score(tmp_path / "bad.mxl")
