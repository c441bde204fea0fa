"""The door of `gan-atelier COMMAND …` and `python -m gan COMMAND …`."""

import signal
import sys

from gan.commands.parsing import answering
from gan.commands.program import main as run


def main() -> None:
    """What the installed program calls."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while torch loads ends it without a traceback
    with answering():
        run(sys.argv[1:])


if __name__ == "__main__":
    main()
