"""The program as a whole: which commands there are; each is imported when it is called, as torch takes seconds."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gan.commands.help import LISTING
from gan.commands.parsing import called, help_shown, say
from gan.commands.process import quick_start
from gan.errors import ConfigError
from gan.version import __version__


@dataclass(frozen=True)
class Command:
    """An entry of COMMANDS.

    Attributes:
        about: its line in the list.
        run: takes the command's name and what follows it.
    """

    about: str
    run: Callable[[Sequence[str]], None]


def app(argv: Sequence[str]) -> None:
    """Serve the page."""
    from gan.commands.serve import main

    main(argv[1:])


def train(argv: Sequence[str]) -> None:
    """Train a GAN."""
    with quick_start():
        from gan.commands.train import main

    main(argv[1:])


def use(argv: Sequence[str]) -> None:
    """Use a trained GAN; Ctrl-C is a KeyboardInterrupt from here on, so that no half file stays behind."""
    with quick_start():
        from gan.commands.use import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(argv)


def own_pictures(argv: Sequence[str]) -> None:
    """Use pictures of one's own; Ctrl-C as for `use`."""
    with quick_start():
        from gan.commands.own_pictures import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(argv)


def publish(argv: Sequence[str]) -> None:
    """Put a model or the app on the Hub."""
    with quick_start():
        from gan.commands.publish import main

    main(argv)


def data(argv: Sequence[str]) -> None:
    """Fetch a data set."""
    with quick_start():
        from gan.commands.data import main

    main(argv[1:])


COMMANDS: dict[str, Command] = {
    "app": Command("open the atelier in a browser", app),
    "train": Command("train a GAN", train),
    "sample": Command("pictures of seeds: a grid.png or a raw .npz", use),
    "film": Command("a film between seeds: .mp4, .gif, .webp, a contact sheet .png or all frames .zip", use),
    "evaluate": Command("how good a model is, as a table and as JSON", use),
    "export": Command("a run's model under its own name, ready to share; or models as a web page", use),
    "invert": Command("the latents of pictures or sounds of one's own; --train MODEL: its encoder", own_pictures),
    "repair": Command("fill a hole, take noise away, enlarge: a damaged picture made whole", own_pictures),
    "data": Command("fetch a data set ahead of time", data),
    "push": Command("publish a model on the Hub of Hugging Face, with its card", publish),
    "deploy": Command("publish the app as a Space of Hugging Face", publish),
}


def main(argv: Sequence[str]) -> None:
    """Run the command that the arguments begin with.

    Raises:
        ConfigError: there is none, or none of that name.
    """
    name = argv[0] if argv else ""
    if name == "--version":
        say(f"gan-atelier {__version__}")
    elif name in COMMANDS:
        if not help_shown(name, argv[1:], called(name)):
            COMMANDS[name].run(argv)
    elif name.startswith("-") and help_shown(LISTING, argv, called(LISTING)):
        pass
    else:
        wrong = f"there is no command {name!r:.60}" if name else "a command is missing"
        raise ConfigError(f"{wrong}: there are {', '.join(COMMANDS)} (see {called('--help')})")
