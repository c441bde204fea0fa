"""`python -m gan data NAME`: a set is fetched whole, or the command says what is there, or why it cannot."""

from pathlib import Path

import pytest
import torch

from gan.commands.data import main
from gan.data.sets import DATASETS, at_hand
from gan.errors import ConfigError, DataError, RunError
from gan.media.images import to_png
from idx_files import IDX, write_idx
from made_scores import chorale, musicxml


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A network that holds tiny sets; lists what is fetched."""
    from torchvision.datasets import MNIST

    fetched = []

    def download(self: MNIST) -> None:
        if not self._check_exists():
            fetched.append(type(self).__name__)
            write_idx(Path(self.root), type(self).__name__)

    monkeypatch.setattr(MNIST, "download", download)
    return fetched


@pytest.mark.parametrize("name", IDX)
def test_a_set_is_fetched_once_and_whole(
    name: str, source: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "data"
    for _ in range(2):
        main([name, "--data-dir", str(folder)])
        said = f"{name}: 12 training and 5 test pictures in {folder / IDX[name] / 'raw'} ({DATASETS[name].licence})\n"
        assert capsys.readouterr().out == said
    assert source == [IDX[name]]
    assert at_hand(name, folder)


def test_the_folder_is_that_of_the_environment(
    source: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "here"))
    main(["mnist"])
    assert at_hand("mnist", tmp_path / "here")
    assert str(tmp_path / "here") in capsys.readouterr().out


@pytest.mark.parametrize("name", ["ring", "digits", "drawn"])
def test_what_needs_no_files_says_so(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([name])
    assert capsys.readouterr().out == f"{name}: nothing to fetch, it needs no files\n"


def test_a_folder_is_read_and_not_called_needless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.png").write_bytes(to_png(torch.arange(64, dtype=torch.uint8).view(8, 8, 1)))
    main([f"folder:{tmp_path}"])
    said = capsys.readouterr().out
    assert said.startswith(f"folder:{tmp_path}: nothing to fetch, it is a folder of yours: 1 picture at 32 px, grey")
    with pytest.raises(DataError, match="does not exist"):
        main([f"folder:{tmp_path / 'gone'}"])


def test_what_cannot_be_fetched_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.datasets import MNIST

    def refuse(self: MNIST) -> None:
        raise RuntimeError("urlopen error [Errno -3] https://example.org /secret")

    monkeypatch.setattr(MNIST, "download", refuse)
    with pytest.raises(DataError, match="cannot be downloaded now") as caught:
        main(["mnist", "--data-dir", str(tmp_path)])
    assert not [word for word in ("Errno", "example.org", "secret", "\n") if word in str(caught.value)]
    with pytest.raises(DataError, match=r"kanji cannot be fetched: put its pictures into .*kanji; it is Kuzushiji"):
        main(["kanji", "--data-dir", str(tmp_path)])
    with pytest.raises(DataError, match="no data set 'nothing'"):
        main(["nothing"])
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunError, match="cannot write"):
        main(["mnist", "--data-dir", str(tmp_path / "file" / "data")])
    with pytest.raises(ConfigError, match="see"):
        main([])


def test_chorales_are_prepared_from_an_installed_music21(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bach = tmp_path / "music21" / "corpus" / "bach"
    bach.mkdir(parents=True)
    (bach.parents[1] / "__init__.py").touch()
    for seed in range(12):
        (bach / f"{seed:02d}.xml").write_text(musicxml(chorale(bars=4, seed=seed)))
    monkeypatch.syspath_prepend(tmp_path)
    for told in (2, 1):  # what was read is told once
        main(["bach", "--data-dir", str(tmp_path / "data")])
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == told
        assert lines[-1].startswith("bach: 11 training and 1 test scores in ")
    assert at_hand("bach", tmp_path / "data")
