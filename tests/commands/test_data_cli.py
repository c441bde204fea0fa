"""`python -m gan data NAME`: a set is fetched whole, or the command says what is there, or why it cannot."""

from pathlib import Path

import pytest

from gan.commands.data import main
from gan.data.sets import DATASETS, at_hand
from gan.errors import ConfigError, DataError, RunError
from idx_files import IDX, write_idx


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
