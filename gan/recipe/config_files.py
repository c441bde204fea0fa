"""Settings of a run from a file: JSON or YAML, names and values as in a run's own config.json."""

import dataclasses
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from gan.errors import ConfigError, reason
from gan.recipe.config import RENAMED, TrainConfig, checked

MAX_BYTES = 256_000
SUFFIXES = (".json", ".yaml", ".yml")
# PyYAML raises what Python does for a value that is not of its tag, such as !!int "" or !!bool maybe.
NO_SETTINGS = (ValueError, LookupError, AttributeError, RecursionError, yaml.YAMLError)


def read_settings(path: Path) -> dict[str, Any]:
    """The settings that a file names, in the types of their fields; those that it leaves out are left open.

    Raises:
        ConfigError: the file cannot be read, holds no settings, or one is unknown or out of its range.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"--config takes {', '.join(SUFFIXES)}, not {path.name!r:.60}")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"--config: cannot read {path}: {reason(error)}") from error
    if len(content) > MAX_BYTES:
        raise ConfigError(f"--config: {path} has more than {MAX_BYTES:,} bytes, so it holds no settings")
    try:
        values = json.loads(content) if path.suffix.lower() == ".json" else yaml.load(content, NoAliases)
    except NO_SETTINGS as error:
        kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
        raise ConfigError(f"--config: {path} is no {kind}") from error
    if not isinstance(values, Mapping):
        raise ConfigError(f"--config: {path} holds no settings: names, each with its value")
    known = {f.name: f for f in dataclasses.fields(TrainConfig)}
    named = {RENAMED.get(str(name), str(name)).replace("-", "_"): value for name, value in values.items()}
    if unknown := sorted(named.keys() - known.keys()):
        raise ConfigError(f"--config: {path} names an unknown setting {unknown[0]!r:.60}")
    return {name: checked(known[name], number_of(known[name], value)) for name, value in named.items()}


class NoAliases(yaml.SafeLoader):  # type: ignore[misc]  # it has no types
    """A reader of YAML in which nothing stands for something else: ten lines cannot grow to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a node; a ValueError for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise ValueError("an alias")
        return super().compose_node(parent, index)


def number_of(field: dataclasses.Field[Any], value: Any) -> Any:
    """The value; of text such as 2e-3, which YAML takes for no number, the number where a setting is one."""
    if isinstance(value, str) and type(field.default) in (int, float):
        with suppress(ValueError):
            return float(value)
    return value
