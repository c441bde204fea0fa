"""Settings from a file, as `--config` takes them."""

import json
from pathlib import Path

import pytest

from gan.commands.train import decided, parser
from gan.errors import ConfigError
from gan.recipe.config import TrainConfig
from gan.recipe.config_files import read_settings


def test_a_runs_own_config_is_one(tmp_path: Path) -> None:
    config = TrainConfig(data="ring", nimg=12_345, g_widths=(7, 9), lr=3e-4)
    (tmp_path / "config.json").write_text(json.dumps(config.to_dict()))
    assert TrainConfig.from_dict(read_settings(tmp_path / "config.json")) == config
    flags = ["--config", str(tmp_path / "config.json"), "--nimg", "999", "--out", str(tmp_path / "run")]
    made = decided(parser(everything=False).parse_args(flags))["config"]
    assert (made["nimg"], made["g_widths"], made["lr"]) == (999, [7, 9], 3e-4), "a flag goes before the file"


def test_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("data: ring  # a comment\nlr: 2e-3\ng-widths: [16, 16]\nbatch: 32\n")
    assert read_settings(tmp_path / "a.yaml") == {"data": "ring", "lr": 0.002, "g_widths": (16, 16), "batch": 32}


def test_what_is_no_settings_file(tmp_path: Path) -> None:
    for name, content, told in (
        ("a.toml", "", "--config takes .json, .yaml, .yml, not 'a.toml'"),
        ("gone.json", None, "cannot read .*gone.json: No such file"),
        ("a.json", "{", "a.json is no JSON"),
        ("a.json", "[" * 100_000, "a.json is no JSON"),
        ("a.yaml", "a: [", "a.yaml is no YAML"),
        ("a.yaml", "a: &x [1]\nb: *x", "a.yaml is no YAML"),
        ("a.yaml", "lr: !!python/object/apply:os.system [true]", "a.yaml is no YAML"),
        ("a.yaml", 'lr: !!int ""', "a.yaml is no YAML"),
        ("a.yaml", "lr: !!bool maybe", "a.yaml is no YAML"),
        ("a.yaml", "lr: !!timestamp x", "a.yaml is no YAML"),
        ("a.json", "[1]", "a.json holds no settings"),
        ("a.json", " " * 300_000, "more than 256,000 bytes"),
        ("a.json", '{"speed": 1}', "an unknown setting 'speed'"),
        ("a.json", '{"batch": 0.5}', "--batch must be a whole number"),
        ("a.yaml", "batch: many", "--batch must be a whole number"),
    ):
        if content is not None:
            (tmp_path / name).write_text(content)
        with pytest.raises(ConfigError, match=told):
            read_settings(tmp_path / name)
