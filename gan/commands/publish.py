"""Put a model or the app on the Hub of Hugging Face: `push MODEL user/name`, `deploy user/name [MODEL …]`."""

import argparse
import sys
from collections.abc import Sequence

import torch

from gan.commands.parsing import MODEL, Parser, called, say, whole
from gan.errors import ConfigError
from gan.models.checkpoint import in_weights, load_model
from gan.publish import spaces
from gan.publish.push import push, why_ask
from gan.publish.repositories import Published, repository

WAIT, MOST_WAIT = 900, 86_400  # seconds until a Space runs


def run_push(args: argparse.Namespace) -> None:
    """A model on the Hub, with its encoders, a card that tells its licence and figures, and a sheet of samples."""
    model, repo = load_model(args.model), repository(args.repo)
    agreed = agree([why_ask(model)], args.yes)
    done = push(model, repo, args.private, args.licence, agreed)
    tell(done)
    say(f'it is opened by {called("app")} {repo}, or gan.load("{repo}")')


def run_deploy(args: argparse.Namespace) -> None:
    """The app with its files in a Space, on ZeroGPU unless told; waits until it runs and says its address."""
    repo = repository(args.repo)
    models = [load_model(name) for name in args.models]
    agree([why_ask(model) for model in models], args.yes)
    without = () if args.yes else tuple(name for name in in_weights() if spaces.for_research(name))
    if without:
        say(f"left out, as they are for research alone: {', '.join(without)}; --yes takes them along")
    done = spaces.deploy(repo, models, hardware=args.hardware, private=args.private, without=without)
    tell(done)
    if args.wait:
        say(f"it runs: {spaces.await_running(repo, done, args.wait, say)}")


def agree(reasons: Sequence[str], yes: bool) -> bool:
    """Whether there was something to agree to, and somebody did, by a flag or now.

    Raises:
        ConfigError: nobody did.
    """
    told = list(dict.fromkeys(reason for reason in reasons if reason))
    if not told or yes:
        return bool(told)
    say(*told)
    if not sys.stdin.isatty():
        raise ConfigError(f"{told[0]}: --yes publishes it all the same")
    say("Publish it all the same? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise ConfigError("nothing was published")
    return True


def tell(done: Published) -> None:
    """Where something is now, and whether it was there already."""
    say(f"{'published' if done.changed else 'nothing has changed'}: {done.url}")
    if done.kept:
        say("its README is somebody's own text and stays as it is; only what the Hub reads of it is new")


def parsers() -> dict[str, Parser]:
    """The command lines of both, by their names."""
    c = Parser(prog=called("push"), description=run_push.__doc__)
    c.set_defaults(run=run_push)
    c.add_argument("model", metavar="MODEL", help=MODEL)
    c.add_argument("repo", metavar="user/name", help="the repository, made if it is not there")
    c.add_argument(
        "--licence", default="", metavar="NAME", help="of your own data, as the Hub names it, such as cc0-1.0"
    )
    d = Parser(prog=called("deploy"), description=run_deploy.__doc__)
    d.set_defaults(run=run_deploy)
    d.add_argument("repo", metavar="user/name", help="the Space, made if it is not there")
    d.add_argument("models", metavar="MODEL", nargs="*", help=f"offered before the shipped ones: {MODEL}")
    d.add_argument("--hardware", default=spaces.ZERO, metavar="NAME", help=f"such as cpu-basic (default {spaces.ZERO})")
    d.add_argument(
        "--wait", type=whole("--wait", 0, MOST_WAIT), default=WAIT, metavar="S",
        help=f"seconds until it must run, 0 not to wait (default {WAIT})",
    )  # fmt: skip
    for parser in (c, d):
        parser.add_argument("--private", action="store_true", help="for yourself alone")
        parser.add_argument("--yes", action="store_true", help="yes, weights that are for research alone too")
    return {"push": c, "deploy": d}


def main(argv: Sequence[str]) -> None:
    """Run one command, its name first; there is one of that name."""
    args = parsers()[argv[0]].parse_args(argv[1:])
    torch.set_num_threads(1)  # small networks are fastest so, and other work keeps its cores
    args.run(args)
