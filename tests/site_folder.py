"""A static site of two shipped models, as `export --static` writes it."""

from pathlib import Path

import pytest

from gan.commands.use import main

FIRST, SECOND = "digits-mlp", "mnist-mlp"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "a folder"
    main(["export", "--static", str(folder), FIRST, SECOND])
    return folder
