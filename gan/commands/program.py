"""The program as a whole: which commands there are; each is imported when it is called, as torch takes seconds."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gan.commands.parsing import called, say
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
    from gan.commands.train import main

    main(argv[1:])


def use(argv: Sequence[str]) -> None:
    """Use a trained GAN; Ctrl-C is a KeyboardInterrupt from here on, so that no half file stays behind."""
    from gan.commands.use import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(argv)


def own_pictures(argv: Sequence[str]) -> None:
    """Use pictures of one's own; Ctrl-C as for `use`."""
    from gan.commands.own_pictures import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(argv)


def data(argv: Sequence[str]) -> None:
    """Fetch a data set."""
    from gan.commands.data import main

    main(argv[1:])


COMMANDS: dict[str, Command] = {
    "app": Command("open the atelier in a browser", app),
    "train": Command("train a GAN on points or pictures", train),
    "sample": Command("pictures of seeds: a grid.png or a raw .npz", use),
    "film": Command("a film between seeds: .mp4, .gif, .webp, a contact sheet .png or all frames .zip", use),
    "evaluate": Command("how good a model is, as a table and as JSON", use),
    "export": Command("a run's model under its own name, ready to share; or models as a web page", use),
    "invert": Command("the latents of pictures of one's own; --train MODEL: its encoder", own_pictures),
    "repair": Command("fill a hole, take noise away, enlarge: a damaged picture made whole", own_pictures),
    "data": Command("fetch a data set ahead of time", data),
}


def listing() -> str:
    """The page of --help: every command with its line."""
    lines = [f"  {name:<10}{command.about}" for name, command in COMMANDS.items()]
    return "\n".join(
        [f"usage: {called('COMMAND')} …", "", "Explore, morph and train GANs.", "", *lines, "",
         f"{called('COMMAND')} --help says more about one of them; --version prints {__version__}."]
    )  # fmt: skip


def main(argv: Sequence[str]) -> None:
    """Run the command that the arguments begin with.

    Raises:
        ConfigError: there is none, or none of that name.
    """
    name = argv[0] if argv else ""
    if name in ("--help", "-h"):
        say(*listing().splitlines())
    elif name == "--version":
        say(f"gan-atelier {__version__}")
    elif name in COMMANDS:
        COMMANDS[name].run(argv)
    else:
        wrong = f"there is no command {name!r:.60}" if name else "a command is missing"
        raise ConfigError(f"{wrong}: there are {', '.join(COMMANDS)} (see {called('--help')})")
