"""Use pictures of one's own with a trained model: `invert MODEL PICTURE …`, `repair MODEL PICTURE …`."""

import argparse
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.commands.parsing import Parser, called, say, whole
from gan.errors import ConfigError
from gan.explore.damage import Damaged, whole_known, with_hole
from gan.explore.invert import STEPS, WAYS, decibels, images_of, invert
from gan.explore.repair import SHOWN, repair, several
from gan.explore.translate import restored
from gan.files import make_folder, write_whole
from gan.media.given_pictures import GivenPicture, read_mask, read_picture
from gan.media.images import grid, to_images, to_pixels, to_png
from gan.models.checkpoint import find_model, load_model
from gan.models.encoders import Kind, load_encoder, save_encoder
from gan.models.model import Model, check_seeded
from gan.networks.encoder import Encoder
from gan.training.encoder import MOST, EncoderTraining, Progress, real_pictures

MOST_SECONDS, MOST_PICTURES = 86_400, 10_000
TIMES = (2, 4)  # how many times a picture may be enlarged
MAX_SEED = 2**32 - 1
LATENTS, FIGURES = "latents.npz", "figures.json"  # beside the pictures


def run_invert(args: argparse.Namespace) -> None:
    """The latents of pictures of one's own, and what the model makes of them; or --train an encoder for a model."""
    if args.train:
        train(args)
        return
    if args.repair or args.seconds or args.data_dir:
        raise ConfigError("--repair, --seconds and --data-dir belong to --train MODEL")
    if len(args.names) < 2 or args.out is None:
        raise ConfigError("invert takes a MODEL, at least one PICTURE and --out FOLDER; or --train MODEL")
    model = picture_model(args.names[0])
    check_seeded(model)
    files = [Path(name) for name in args.names[1:]]
    if len(files) > MOST_PICTURES:
        raise ConfigError(f"at most {MOST_PICTURES:,} pictures are inverted at once, not {len(files):,}")
    given = [read(model, file, args.negative) for file in files]
    images = images_given(given)
    encoder = encoder_or_word(model, "encoder")
    steps = STEPS if args.steps is None else args.steps
    ws, errors = invert(model, images, encoder, args.way, steps)
    made = images_of(model, ws)
    likeness = decibels(made, images)
    names = own_names(files)
    write_inverted(args.out, names, made, ws, model)
    rows = [
        {"picture": str(file), "file": f"{name}.png", "db": round(float(db), 2), "error": float(error),
         "remarks": list(one.remarks)}
        for file, name, db, error, one in zip(files, names, likeness, errors, given, strict=True)
    ]  # fmt: skip
    whole_story = {
        "model": model.name, "sha256": model.card.get("sha256"), "way": args.way, "steps": steps,
        "encoder": encoder is not None, "mean_db": round(float(likeness.mean()), 2), "pictures": rows,
    }  # fmt: skip
    write_whole(args.out / FIGURES, (json.dumps(whole_story, indent=1) + "\n").encode())
    for file, name, db, one in zip(files, names, likeness, given, strict=True):
        say(f"{file}{in_brackets(one)}: {args.out / name}.png, {float(db):.1f} dB")


def write_inverted(folder: Path, names: Sequence[str], made: Tensor, ws: Tensor, model: Model) -> None:
    """Write each reconstruction at the model's own size, and all latents."""
    make_folder(folder)
    for name, pixels in zip(names, to_pixels(made), strict=True):
        write_whole(folder / f"{name}.png", to_png(pixels, {"model": model.name}))
    file = io.BytesIO()
    np.savez_compressed(file, names=np.array(names), ws=ws.numpy())
    write_whole(folder / LATENTS, file.getvalue())


def run_repair(args: argparse.Namespace) -> None:
    """A damaged picture made whole: a hole filled, noise taken away, or a tiny picture enlarged."""
    if sum(bool(way) for way in (args.mask, args.denoise, args.enlarge)) != 1:
        raise ConfigError("repair takes one of --mask FILE, --denoise and --enlarge N")
    if args.out.suffix != ".png":
        raise ConfigError(f"--out ends in .png, not {args.out.name!r:.60}")
    model = picture_model(args.model)
    damaged, given = given_damage(model, args)
    pixels = to_pixels(answers(model, damaged, args.answers))
    picture = pixels[0] if len(pixels) == 1 else grid(pixels, len(pixels))
    write_whole(args.out, to_png(picture, {"model": model.name}))
    many = f"{len(pixels)} answers, the likeliest first" if len(pixels) > 1 else "repaired"
    say(f"{args.picture}{in_brackets(given)}: {many}: {args.out}")


def answers(model: Model, damaged: Damaged, most: int) -> Tensor:
    """[N, C, R, R]: at most so many repairs of one damaged picture, the likeliest first.

    Raises:
        ConfigError: the model does not repair such damage, or more than one answer is asked of one that has but one.
    """
    if model.task:
        if most > 1:
            raise ConfigError(f"{model.name} has one answer for a picture: leave --answers out")
        return restored(model, damaged)
    encoder = encoder_or_word(model, "repair")
    return (several(model, damaged, encoder, most) if most > 1 else repair(model, damaged, encoder)).images


def given_damage(model: Model, args: argparse.Namespace) -> tuple[Damaged, GivenPicture]:
    """(what is left of the picture of a command, how it was read)."""
    side = model.shape[1]
    if args.enlarge:
        if side % args.enlarge:
            raise ConfigError(f"{model.name} makes pictures of {side} pixels, not {args.enlarge} times as large as any")
        given = read(model, args.picture, args.negative, side // args.enlarge)
        small = images_given([given])
        repeated = small.repeat_interleave(args.enlarge, 2).repeat_interleave(args.enlarge, 3)
        return replace(whole_known(repeated), shrink=args.enlarge), given
    given = read(model, args.picture, args.negative)
    images = images_given([given])
    if args.mask:
        return with_hole(images, read_mask(args.mask, side)), given
    return replace(whole_known(images), certain=False), given


def train(args: argparse.Namespace) -> None:
    """Train the encoder of a model and write it beside the model's file."""
    if len(args.names) != 1 or args.out is not None:
        raise ConfigError("--train takes one MODEL: its encoder is written beside it")
    if args.seconds and args.steps:
        raise ConfigError("--seconds and --steps are two ways to say how long: take one")
    path = find_model(args.names[0])
    model = picture_model(args.names[0])
    check_seeded(model)
    kind: Kind = "repair" if args.repair else "encoder"
    real = real_pictures(model, args.data_dir)
    if real is None:
        say(f"the pictures of {model.config.data} are not at hand: learning from {model.name}'s own alone")
    training = EncoderTraining(model, kind, real, args.seed, args.steps or 0)
    say(f"{model.name}: {kind}, {training.encoder.macs() / 1e6:.1f} million multiply-adds a picture")
    encoder = training.run(tell, args.seconds)
    record = {"seed": args.seed, "steps": training.steps, "real": real is not None}
    say(f"{save_encoder(model, encoder, kind, record, path)}")


def tell(progress: Progress) -> None:
    """A line on how far a training is."""
    db = 10 * np.log10(4 / max(progress.error, 1e-9))
    say(f"step {progress.step:,} of {progress.steps:,}: {db:.1f} dB, {progress.seconds:.0f} CPU s")


def picture_model(name: str) -> Model:
    """The model of a name.

    Raises:
        ConfigError: it makes no pictures.
    """
    model = load_model(name)
    if len(model.shape) != 3:
        raise ConfigError(f"{model.name} makes {model.medium.noun}, and only pictures are turned into latents")
    return model


def encoder_or_word(model: Model, kind: Kind) -> Encoder | None:
    """The model's encoder of a kind; where there is none, a word on how to have one."""
    encoder = load_encoder(model, kind)
    if encoder is None:
        flag = " --repair" if kind == "repair" else ""
        say(f"{model.name} has no such encoder, so samples near the picture are the start; "
            f"{called('invert')} --train MODEL{flag} makes one")  # fmt: skip
    return encoder


def read(model: Model, file: Path, negative: bool, side: int = 0) -> GivenPicture:
    """A picture file as a model makes pictures, or of another side."""
    return read_picture(file, side or model.shape[1], model.shape[0], negative)


def images_given(given: Sequence[GivenPicture]) -> Tensor:
    """Images [N, C, R, R] in [-1, 1] of pictures that were read."""
    return to_images(torch.stack([one.pixels for one in given]))


def in_brackets(given: GivenPicture) -> str:
    """What was done to a picture that may surprise, as it stands behind the file's name."""
    return f" ({', '.join(given.remarks)})" if given.remarks else ""


def own_names(files: Sequence[Path]) -> list[str]:
    """A name for each file, none twice, however a disk spells them: the file's own, numbered where it was taken."""
    names: list[str] = []
    taken: set[str] = set()
    for file in files:
        stem, number = file.stem[:80] or "picture", 1
        while (name := stem if number == 1 else f"{stem}-{number}").casefold() in taken:
            number += 1
        taken.add(name.casefold())
        names.append(name)
    return names


def parsers() -> dict[str, Parser]:
    """The command lines of both, by their names."""
    found: dict[str, Parser] = {}

    def command(name: str, run: Callable[[argparse.Namespace], None]) -> Parser:
        c = found[name] = Parser(prog=called(name), description=run.__doc__)
        c.set_defaults(run=run)
        c.add_argument("--negative", action="store_true", help="black for white, as of ink on paper")
        return c

    c = command("invert", run_invert)
    c.add_argument("names", nargs="+", metavar="MODEL PICTURE", help="a model, then pictures; --train: a model")
    c.add_argument("--out", type=Path, metavar="FOLDER", help=f"gets NAME.png of each, {LATENTS} and {FIGURES}")
    c.add_argument(
        "--way", default="faithful", choices=tuple(WAYS), help="; ".join(f"{k}: {v}" for k, v in WAYS.items())
    )
    c.add_argument(
        "--steps", type=whole("--steps", 0, MOST), metavar="N",
        help=f"of Adam for the pictures, 0 for the encoder's guess alone (default {STEPS}); --train: of the training",
    )  # fmt: skip
    c.add_argument("--train", action="store_true", help="train the encoder of MODEL and write it beside the model")
    c.add_argument("--repair", action="store_true", help="--train: the encoder of damaged pictures")
    c.add_argument(
        "--seconds", type=whole("--seconds", 1, MOST_SECONDS), default=0, metavar="S",
        help="--train: CPU seconds that it takes about (default: about two minutes)",
    )  # fmt: skip
    c.add_argument("--seed", type=whole("--seed", 0, MAX_SEED), default=0, help="--train: of all that is drawn")
    c.add_argument("--data-dir", type=Path, metavar="DIR", help="--train: where the data sets lie")
    c = command("repair", run_repair)
    c.add_argument("model", metavar="MODEL", help="a name in weights/, a run's folder, or a .safetensors file")
    c.add_argument("picture", metavar="PICTURE", type=Path)
    c.add_argument("--mask", type=Path, metavar="FILE", help="a picture: what is white or opaque in it is painted anew")
    c.add_argument("--denoise", action="store_true", help="take noise, or salt and pepper, away")
    c.add_argument("--enlarge", type=int, choices=TIMES, default=0, help="the picture is so many times too small")
    c.add_argument(
        "--answers", type=whole("--answers", 1, SHOWN), default=1, metavar="N",
        help="up to so many different ones, beside one another (default 1)",
    )  # fmt: skip
    c.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    return found


def main(argv: Sequence[str]) -> None:
    """Run one command, its name first; there is one of that name."""
    args = parsers()[argv[0]].parse_args(argv[1:])
    torch.set_num_threads(1)  # small networks are fastest so, and other work keeps its cores
    args.run(args)
