"""What a run begins with, in sentences for people: what was read for it, and what of another model."""

from gan.data.stored import Stored
from gan.models.start import told
from gan.training.trainer import Trainer


def remarks(trainer: Trainer) -> list[str]:
    """A line on files that somebody gave, with all that was left out of them; and one on the model it starts from."""
    read = trainer.data.report if isinstance(trainer.data, Stored) else ""
    start = told(trainer.config.start, trainer.taken) if trainer.taken.g else ""
    return [line for line in (read, start) if line]
