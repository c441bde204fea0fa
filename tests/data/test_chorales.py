"""Windows of four bars from scores."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from gan.data import chorales
from gan.errors import DataError
from gan.media.voices import pitches
from made_scores import chorale, musicxml


def written(folder: Path, **texts: str) -> list[Path]:
    """Scores as files."""
    for name, text in texts.items():
        (folder / f"{name}.xml").write_text(text)
    return sorted(folder.iterdir())


def test_a_song_gives_a_window_from_every_beat(tmp_path: Path) -> None:
    rows, songs, report = chorales.windows_of(written(tmp_path, a=musicxml(chorale(bars=5))))
    assert rows.shape == (5, 2, 4, 32) and songs.tolist() == [0] * 5
    first = pitches(torch.from_numpy(rows[:1]), chorales.TRAITS)[0]
    assert first[:, ::2].T.tolist()[:2] == [[72, 67, 64, 48], [72, 69, 65, 53]]
    assert rows[0, 1].tolist() == [[1, 0] * 16] * 4
    assert (rows[1, :, :, :-2] == rows[0, :, :, 2:]).all()
    assert report == "5 windows of 4 bars of 1 song from 1 file"


@pytest.mark.parametrize(("fifths", "shift"), [(0, 0), (1, 5), (2, -2), (-1, -5), (-3, -3), (6, -6), (-6, -6)])
def test_every_key_is_moved_to_the_one_without_sharps(tmp_path: Path, fifths: int, shift: int) -> None:
    assert chorales.shift_of(fifths) == shift
    plain, _, _ = chorales.windows_of(written(tmp_path, a=musicxml(chorale())))
    moved, _, _ = chorales.windows_of(written(tmp_path, a=musicxml(chorale(shift=-shift), fifths=fifths)))
    assert (plain == moved).all()


def test_an_upbeat_of_an_eighth_leaves_the_beats_where_they_are(tmp_path: Path) -> None:
    late = {name: [(0.5, line[0][1]), *line] for name, line in chorale().items()}
    plain, _, _ = chorales.windows_of(written(tmp_path, a=musicxml(chorale())))
    upbeat, _, _ = chorales.windows_of(written(tmp_path, a=musicxml(late, upbeat=0.5)))
    assert (plain[1:] == upbeat[1:]).all()


def test_what_is_left_out_is_counted_and_told(tmp_path: Path) -> None:
    three = {name: line for name, line in chorale().items() if name != "Alto"}
    rest = chorale(seed=1)
    rest["Alto"] = [*rest["Alto"][:-1], (1, None)]
    quick = chorale(seed=2, bars=4)
    quick["Bass"] = [(0.25, 48), (0.25, 50), (0.5, 52), *quick["Bass"][1:]]
    deep = chorale(seed=3, bars=4)
    deep["Bass"] = [(1, 30), *deep["Bass"][1:]]
    files = written(
        tmp_path, a=musicxml(chorale()), b=musicxml(chorale()), c=musicxml(chorale(), metre=(3, 4)),
        d=musicxml(three), e=musicxml(rest), f="nothing", g=musicxml(quick), h=musicxml(deep),
    )  # fmt: skip
    (tmp_path / "i.krn").write_text("**kern")
    rows, songs, report = chorales.windows_of([*files, tmp_path / "i.krn"])
    assert Counter(songs.tolist()) == {0: 5, 2: 4, 3: 1, 4: 1} and len(rows) == 11
    assert report == (
        "11 windows of 4 bars of 5 songs from 9 files; 1 note moved by octaves into their voice; left out: "
        "1 score not in 4/4 throughout, 1 score without exactly soprano, alto, tenor and bass, 1 file of other kinds, "
        "1 that cannot be read, 1 window in which a voice rests, 5 windows that occur in another place, "
        "1 note between two steps"
    )
    low = pitches(torch.from_numpy(rows[-1:]), chorales.TRAITS)[0, 3, 0]
    assert low == 42  # 30 is below the bass: an octave up


def test_nothing_but_other_music_is_told(tmp_path: Path) -> None:
    files = written(tmp_path, a=musicxml(chorale(), metre=(3, 4)))
    with pytest.raises(
        DataError, match="there are no four bars for four voices: 0 songs from 1 file; left out: 1 score not in 4/4"
    ):
        chorales.windows_of(files)


def test_prepared_from_an_installed_music21_and_read_in_two_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bach = tmp_path / "site" / "music21" / "corpus" / "bach"
    bach.mkdir(parents=True)
    (bach.parents[1] / "__init__.py").write_text("raise AssertionError('it need not be imported')")
    for seed in range(12):
        (bach / f"{seed:02d}.xml").write_text(musicxml(chorale(bars=4, seed=seed)))
    monkeypatch.syspath_prepend(tmp_path / "site")
    report = chorales.prepare(tmp_path / "data" / chorales.FOLDER)
    train, test = (chorales.load(tmp_path / "data", part, 0) for part in (True, False))
    assert train.report == report and report.startswith(f"{train.size + test.size} windows")
    with np.load(tmp_path / "data" / chorales.FOLDER / chorales.FILE) as file:
        held = file["songs"] % 10 == 9
        assert torch.equal(test.rows, torch.from_numpy(file["rows"][held])) and test.size == held.sum() > 0
    assert train.shape == (132, 32, 1) and train.traits == chorales.TRAITS
    assert torch.equal(train.medium.rows(train.tensors(train.rows), train.traits), train.rows)


def test_without_music21_or_its_chorales_the_way_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chorales.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install music21"):
        chorales.prepare(tmp_path)
    with pytest.raises(DataError, match="python -m gan data bach prepares them"):
        chorales.load(tmp_path, True, 0)


@pytest.mark.parametrize("rows", [np.zeros((3, 2, 4, 31), np.uint8), np.full((3, 2, 4, 32), 40, np.uint8)])
def test_a_damaged_file_is_told(tmp_path: Path, rows: np.ndarray) -> None:
    (tmp_path / chorales.FOLDER).mkdir()
    path = tmp_path / chorales.FOLDER / chorales.FILE
    np.savez(path, rows=rows, songs=np.zeros(3, np.int32), report=np.array(""))
    with pytest.raises(DataError, match="are damaged; prepare them again"):
        chorales.load(tmp_path, True, 0)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="are damaged; prepare them again"):
        chorales.load(tmp_path, True, 0)
