"""What a host allows live runs, and how it is told."""

import pytest

from gan.errors import ConfigError
from gan.live.limits import LiveLimits


def test_limits_come_from_the_environment() -> None:
    limits = LiveLimits.from_environment({"GAN_LIVE_RUNS": "3", "GAN_LIVE_SECONDS": "7.5", "PATH": "x"})
    assert (limits.runs, limits.seconds, limits.steps) == (3, 7.5, LiveLimits().steps)
    for bad in ("0", "-1", "many", "nan", "inf"):
        with pytest.raises(ConfigError, match="GAN_LIVE_SECONDS must be a positive number"):
            LiveLimits.from_environment({"GAN_LIVE_SECONDS": bad})


def test_the_default_heartbeat_is_within_the_promise() -> None:
    assert LiveLimits().heartbeat <= 1.5
