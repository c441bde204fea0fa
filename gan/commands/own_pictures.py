"""Use files of one's own with a trained model: `invert MODEL FILE …`, `repair MODEL PICTURE …`."""

import argparse
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.commands.parsing import MODEL, Parser, called, say, whole
from gan.errors import ConfigError
from gan.explore.arguments import check_inverted
from gan.explore.damage import Damaged, too_small, whole_known, with_hole
from gan.explore.invert import STEPS, WAYS, images_of, invert
from gan.explore.own_media import OWN_MEDIA, Row, images_of_files
from gan.explore.repair import SHOWN, repair, several
from gan.explore.samples import npz
from gan.explore.translate import restored
from gan.files import make_folder, short_name, write_whole
from gan.latents import MAX_SEED
from gan.media.given_pictures import GivenPicture, read_mask, read_picture
from gan.media.images import grid, to_images, to_pixels, to_png
from gan.metrics.distances import decibels
from gan.models import hub
from gan.models.checkpoint import find_model, load_model
from gan.models.encoders import KINDS, Kind, encoder_path, load_encoder, save_encoder, training_of
from gan.models.model import Model, check_seeded
from gan.networks.encoder import Encoder
from gan.training.encoder import MOST, EncoderTraining, Progress, real_pictures

MOST_SECONDS, MOST_FILES = 86_400, 10_000
USUAL_WAY = "faithful"  # of WAYS
TIMES = (2, 4)  # how many times a picture may be enlarged
LONGEST_NAME, MOST_BYTES = 80, 200  # characters of a file's name, and bytes of it in UTF-8
LATENTS, FIGURES = "latents.npz", "figures.json"  # beside what is made


def run_invert(args: argparse.Namespace) -> None:
    """The latents of pictures or sounds, and what the model makes of them; or --train an encoder for a model."""
    if args.train:
        train(args)
        return
    if args.repair or args.resume or args.seconds or args.data_dir or args.seed is not None:
        raise ConfigError("--repair, --resume, --seconds, --seed and --data-dir belong to --train MODEL")
    if len(args.names) < 2 or args.out is None:
        raise ConfigError("invert takes a MODEL, at least one FILE and --out FOLDER; or --train MODEL")
    model = inverted_model(args.names[0])
    check_seeded(model)
    own = OWN_MEDIA[model.medium.name]
    files = [Path(name) for name in args.names[1:]]
    if len(files) > MOST_FILES:
        raise ConfigError(f"at most {MOST_FILES:,} {model.medium.noun} are inverted at once, not {len(files):,}")
    given = [own.read(model, file, args.negative) for file in files]
    images = images_of_files(given)
    encoder = encoder_or_word(model, "encoder")
    steps, way = STEPS if args.steps is None else args.steps, args.way or USUAL_WAY
    ws, errors = invert(model, images, encoder, way, steps)
    made = images_of(model, ws)
    names = [f"{name}{own.suffix}" for name in own_names(files, own.one)]
    write_inverted(args.out, names, made, ws, model)
    rows: list[Row] = [
        {own.one: str(file), "file": name, **figures, "error": float(error), "remarks": list(one.remarks)}
        for file, name, figures, error, one in zip(
            files, names, own.compared(model, images, made), errors, given, strict=True
        )
    ]
    whole_story = {
        "model": model.name, "sha256": model.card.get("sha256"), "way": way, "steps": steps,
        "encoder": encoder is not None, "mean_db": round(statistics.fmean(row["db"] for row in rows), 2),
        model.medium.noun: rows,
    }  # fmt: skip
    write_whole(args.out / FIGURES, (json.dumps(whole_story, indent=1) + "\n").encode())
    for row in rows:
        say(f"{row[own.one]}{in_brackets(row['remarks'])}: {args.out / row['file']}, {own.told(row)}")


def write_inverted(folder: Path, names: Sequence[str], made: Tensor, ws: Tensor, model: Model) -> None:
    """Write what the model makes of each file, and all latents under the files' names without their suffix."""
    make_folder(folder)
    for name, image in zip(names, made, strict=True):
        write_whole(folder / name, OWN_MEDIA[model.medium.name].written(model, image))
    latents = {"names": np.array([Path(name).stem for name in names]), "ws": ws.numpy()}
    write_whole(folder / LATENTS, npz(latents))


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
    say(f"{args.picture}{in_brackets(given.remarks)}: {many}: {args.out}")


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
        return too_small(images_given([given]), args.enlarge), given
    given = read(model, args.picture, args.negative)
    images = images_given([given])
    if args.mask:
        return with_hole(images, read_mask(args.mask, side)), given
    return replace(whole_known(images), certain=False), given


def train(args: argparse.Namespace) -> None:
    """Train the encoder of a model and write it beside the model's file."""
    if len(args.names) != 1 or args.out is not None:
        raise ConfigError("--train takes one MODEL: its encoder is written beside it")
    if args.way or args.negative:
        raise ConfigError("--way and --negative say how a FILE is inverted, and --train takes none")
    if args.seconds and args.steps:
        raise ConfigError("--seconds and --steps are two ways to say how long: take one")
    if args.steps == 0:
        raise ConfigError(f"--steps of a training are from 1 to {MOST}, not 0")
    path = find_model(args.names[0])
    if hub.of_file(path):
        raise ConfigError(
            f"{args.names[0]} lies in the cache of the Hub: export it under a name of your own, then train"
        )
    model = inverted_model(args.names[0])
    check_seeded(model)
    kind: Kind = "repair" if args.repair else "encoder"
    real = real_pictures(model, args.data_dir)
    if real is None:
        say(f"the pictures of {model.config.data} are not at hand: learning from {model.name}'s own alone")
    learnt = load_encoder(model, kind) if args.resume else None
    if args.resume and learnt is None:
        raise ConfigError(f"{model.name} has no {kind} to go on with: leave --resume out")
    seed = args.seed or 0
    training = EncoderTraining(model, kind, real, seed, args.steps or 0, learnt)
    say(f"{model.name}: {kind}, {training.encoder.macs() / 1e6:.1f} million multiply-adds a picture")
    encoder = training.run(tell, args.seconds)
    record: dict[str, object] = {"seed": seed, "steps": training.steps, "real": real is not None}
    if args.resume:
        record["after"] = training_of(encoder_path(path, kind))
    say(f"{save_encoder(model, encoder, kind, record, path)}")


def tell(progress: Progress) -> None:
    """A line on how far a training is."""
    db = decibels(torch.tensor(progress.error)).item()
    say(f"step {progress.step:,} of {progress.steps:,}: {db:.1f} dB, {progress.seconds:.0f} CPU s")


def picture_model(name: str) -> Model:
    """The model of a name, which makes pictures.

    Raises:
        ConfigError: it makes something else.
    """
    model = inverted_model(name)
    if not model.medium.sized:
        raise ConfigError(f"{model.name} makes {model.medium.noun}, and only pictures are repaired")
    return model


def inverted_model(name: str) -> Model:
    """The model of a name.

    Raises:
        ConfigError: it makes what has no latents.
    """
    model = load_model(name)
    check_inverted(model)
    return model


def encoder_or_word(model: Model, kind: Kind) -> Encoder | None:
    """The model's encoder of a kind; where there is none, a word on how to have one."""
    encoder = load_encoder(model, kind)
    if encoder is None:
        one = OWN_MEDIA[model.medium.name].one
        say(f"{model.name} has no such encoder, so samples near the {one} are the start; "
            f"{called('invert')} --train MODEL{KINDS[kind].flag} makes one")  # fmt: skip
    return encoder


def read(model: Model, file: Path, negative: bool, side: int = 0) -> GivenPicture:
    """A picture file as a model makes pictures, or of another side."""
    return read_picture(file, side or model.shape[1], model.shape[0], negative)


def images_given(given: Sequence[GivenPicture]) -> Tensor:
    """Images [N, C, R, R] in [-1, 1] of pictures that were read."""
    return to_images(torch.stack([one.pixels for one in given]))


def in_brackets(remarks: Sequence[str]) -> str:
    """What was done to a file that may surprise, as it stands behind its name."""
    return f" ({', '.join(remarks)})" if remarks else ""


def own_names(files: Sequence[Path], one: str = "picture") -> list[str]:
    """A name for each file, none twice, however a disk spells them: the file's own, numbered where it was taken.

    Args:
        one: the name of a file that has none which a disk takes.
    """
    names: list[str] = []
    taken: set[str] = set()
    for file in files:
        stem, number = short_name(file.stem[:LONGEST_NAME], MOST_BYTES) or one, 1
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
    c.add_argument("names", nargs="+", metavar="MODEL FILE", help="a model, then pictures or sounds; --train: a model")
    c.add_argument(
        "--out", type=Path, metavar="FOLDER", help=f"gets NAME.png or NAME.wav of each, {LATENTS} and {FIGURES}"
    )
    c.add_argument("--way", choices=tuple(WAYS), help="; ".join(f"{k}: {v}" for k, v in WAYS.items()))
    c.add_argument(
        "--steps", type=whole("--steps", 0, MOST), metavar="N",
        help=f"of L-BFGS for the files, 0 for the encoder's guess alone (default {STEPS}); --train: of the training",
    )  # fmt: skip
    c.add_argument("--train", action="store_true", help="train the encoder of MODEL and write it beside the model")
    c.add_argument("--repair", action="store_true", help="--train: the encoder of damaged pictures")
    c.add_argument("--resume", action="store_true", help="--train: go on with the encoder that lies there")
    c.add_argument(
        "--seconds", type=whole("--seconds", 1, MOST_SECONDS), default=0, metavar="S",
        help="--train: CPU seconds that it takes about (default: about two minutes)",
    )  # fmt: skip
    c.add_argument("--seed", type=whole("--seed", 0, MAX_SEED), help="--train: of all that is drawn (default 0)")
    c.add_argument("--data-dir", type=Path, metavar="DIR", help="--train: where the data sets lie")
    c = command("repair", run_repair)
    c.add_argument("model", metavar="MODEL", help=MODEL)
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
