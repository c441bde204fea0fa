"""Use a trained model: `sample | film | evaluate | export MODEL …`."""

import argparse
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gan.commands.parsing import Parser, called, say, whole
from gan.errors import ConfigError
from gan.evaluation.evaluate import MAX_EVALUATE_SEED, MAX_JUDGED
from gan.explore.render import (
    MAX_SEGMENT,
    class_number,
    classes_of,
    film_latents,
    film_pictures,
    film_shares,
    render,
)
from gan.explore.views import from_query, picture
from gan.files import write_whole
from gan.latents import PATHS, TURNS, parse_seeds, z_from_seeds
from gan.media.films import FILMS, MAX_FRAMES, SETTINGS, film, left_out
from gan.media.images import enlarge, to_png
from gan.models.checkpoint import find_model, load_model, save_model
from gan.models.encoders import copy_encoders
from gan.models.model import Model, check_seeded, readable
from gan.training.history import folder_of, training_film


def seeded(name: str | Path) -> Model:
    """The model of a name; ConfigError for one that repairs pictures, as it has no seeds."""
    model = load_model(name)
    check_seeded(model)
    return model


def sample(args: argparse.Namespace) -> None:
    """A grid as PNG, or the raw arrays as NPZ; or the one picture that a link of the Explore tab shows."""
    model = seeded(args.model)
    if args.view is not None:
        show_view(args, model)
        return
    seeds = parse_seeds(args.seeds)
    z, c = z_from_seeds(seeds, model.G.z_dim), classes_of(model, seeds, args.classes)
    if args.out.suffix == ".npz":
        arrays: dict[str, Any] = {"seeds": np.array(seeds), "z": z.numpy()}
        arrays[model.medium.array] = render(model, z, args.psi, c=c).numpy()
        if c is not None:
            arrays["classes"] = c.numpy()
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)
        write_whole(args.out, file.getvalue())
    elif args.out.suffix == ".png":
        sheet = enlarge(model.medium.sheet(render(model, z, args.psi, c=c), model.unit), args.scale)
        note = {"model": model.name, "seeds": args.seeds, "psi": f"{args.psi:g}"}
        if c is not None:
            note["classes"] = ",".join(map(str, c.tolist()))
        write_whole(args.out, to_png(sheet, note))
    else:
        raise ConfigError(f"--out ends in .png or .npz, not {args.out.name!r:.60}")
    say(f"{len(seeds)} samples of {model.name}: {args.out}")


def show_view(args: argparse.Namespace, model: Model) -> None:
    """The picture of a view, enlarged; MODEL draws it, whatever model the link names."""
    if args.out.suffix != ".png":
        raise ConfigError(f"the picture of a link goes into a .png, not {args.out.name!r:.60}")
    view = replace(from_query(args.view.rpartition("?")[2], model.name), model=model.name)
    if args.classes is not None:
        view = replace(view, c=class_number(model, args.classes))
    pixels = model.medium.preview(picture(model, view), model.unit)[0]
    write_whole(args.out, to_png(enlarge(pixels, args.scale), {SETTINGS: view.query()}))
    say(f"the picture of {view.query()}: {args.out}")


def make_film(args: argparse.Namespace) -> None:
    """A film along the path between seeds, or of the seeds' pictures through the model's training."""
    if args.out.suffix not in FILMS:
        raise ConfigError(f"--out ends in {', '.join(FILMS)}, not {args.out.name!r:.60}")
    model, seeds = seeded(args.model), parse_seeds(args.seeds)
    c = classes_of(model, seeds, args.classes)
    common: dict[str, Any] = {"model": model.name, "psi": args.psi, "fps": args.fps}
    if args.training:
        nimg, frames = training_film(model, folder_of(find_model(args.model)), seeds, args.psi, c)
        settings: dict[str, Any] = {"training": common | {"seeds": seeds, "nimg": nimg}}
        if c is not None:
            settings["training"]["classes"] = c.tolist()
    else:
        z = film_latents(seeds, model.G.z_dim, args.frames, args.path, args.turn)
        if len(z) > MAX_FRAMES:
            raise ConfigError(f"a film has at most {MAX_FRAMES} frames, this one would have {len(z)}")
        shares = None if c is None else film_shares(c, len(model.classes), args.frames, args.path, args.turn)
        frames = film_pictures(model, z, args.psi, shares)
        keys = [{"seed": seed} if c is None else {"seed": seed, "c": int(c[i])} for i, seed in enumerate(seeds)]
        # What the Interpolate tab restores from the file.
        settings = {"film": common | {"keys": keys, "path": args.path, "turn": args.turn, "frames": args.frames}}
    settings["sha256"] = model.card.get("sha256", "")
    write_whole(args.out, film(frames, args.out.suffix, args.fps, settings))
    less = left_out(len(frames), args.out.suffix, args.fps)
    say(f"{len(frames)} frames of {model.name}: {args.out}" + (f" ({less})" if less else ""))


def evaluate(args: argparse.Namespace) -> None:
    """A table for people, and the same figures as JSON."""
    from gan.evaluation import inception
    from gan.evaluation.evaluate import evaluate, table
    from gan.evaluation.sources import measured_against

    path = find_model(args.model)
    model = measured_against(seeded(path), path, args.data)
    # First, as it may not be possible here.
    published = inception.judge(model, args.data_dir, args.samples, args.seed) if args.inception else {}
    figures = evaluate(model, args.data_dir, args.samples, args.seed, path) | published
    say(f"{model.name}, of {model.config.data}")
    say(*table(figures).splitlines())
    if published:
        say(inception.sentence(published))
    if args.json:
        content = json.dumps({"model": model.name, "sha256": model.card.get("sha256")} | figures, indent=1) + "\n"
        write_whole(args.json, content.encode())
        say(f"figures: {args.json}")


def export(args: argparse.Namespace) -> None:
    """The model pair under a name of its own, with its measured quality in the card; or models as a plain web page."""
    if args.static:
        export_static(args)
        return
    if len(args.models) != 1 or not args.out:
        raise ConfigError("export takes one MODEL and --out PATH, or --static DIR and any number of models")
    model = load_model(args.models[0])
    if args.quality:
        try:
            figures = json.loads(args.quality.read_text())
            quality = {k: v for k, v in figures.items() if k not in ("model", "sha256")}
        except (OSError, ValueError, AttributeError) as error:
            raise ConfigError(f"--quality {args.quality} is not what evaluate --json writes") from error
        model.card["quality"] = quality
    path = args.out.with_suffix("") if args.out.suffix == ".safetensors" else args.out
    model.card["name"] = path.name
    save_model(model, path)
    encoders = copy_encoders(model, path.with_name(f"{path.name}.safetensors"))
    *files, last = [f"{path}.safetensors", f"{path}.json", *map(str, encoders)]
    say(f"{', '.join(files)} and {last}: share {'all' if encoders else 'both'}, or put them into weights/")


def export_static(args: argparse.Namespace) -> None:
    """Learn, Explore and Interpolate as a folder that any web server, or none, can show."""
    if args.out or args.quality:
        raise ConfigError("--static DIR writes a page; --out and --quality belong to a single model")
    from gan.ui.shell.catalogue import build_catalogue, models_apart  # with gradio, which takes seconds to load
    from gan.ui.site import write_site

    chosen = [model for _, model in models_apart(args.models)]
    if not chosen:
        catalogue = build_catalogue([])
        chosen = [catalogue.load(name) for name in (*catalogue.pictures, *catalogue.repairs)]
    files = write_site(args.static, chosen, args.reference)
    size = sum(file.stat().st_size for file in files) / 1e6
    index = readable(args.static / "index.html", 4_096)  # a folder's name may be no text
    say(f"{index}: a page of {len(chosen)} models, {size:.1f} MB; open it, or put it anywhere")


def seeds_flag(p: argparse.ArgumentParser, default: str) -> None:
    """The flags that sample and film share."""
    p.add_argument("--seeds", default=default, help=f"such as 42, 1,7,42 or 0-63 (default {default})")
    p.add_argument("--psi", type=float, default=1.0, help="truncation: 1 none, 0 the mean picture (default 1)")
    p.add_argument(
        "--class", dest="classes", metavar="NAME",
        help="its name or number, or one for each seed, such as 3,5,7 (default: the seed modulo their count)",
    )  # fmt: skip


def parsers() -> dict[str, Parser]:
    """The command lines of the four commands, by their names."""
    parsers: dict[str, Parser] = {}

    def command(name: str, run: Callable[[argparse.Namespace], None], many: bool = False) -> Parser:
        c = parsers[name] = Parser(prog=called(name), description=run.__doc__)
        named = "a name in weights/, a run's folder, or a .safetensors file"
        if many:
            c.add_argument("models", metavar="MODEL", nargs="*", help=named)
        else:
            c.add_argument("model", metavar="MODEL", help=named)
        c.set_defaults(run=run)
        return c

    c = command("sample", sample)
    seeds_flag(c, "0-63")
    c.add_argument("--view", metavar="LINK", help="instead of seeds: the address of a picture in the Explore tab")
    c.add_argument("--scale", type=whole("--scale", 1, 16), default=2, metavar="N", help="enlarge a grid N times")
    c.add_argument("--out", type=Path, required=True, help="FILE.png, or FILE.npz with seeds, z and images or points")
    c = command("film", make_film)
    seeds_flag(c, "1,7,42")
    c.add_argument("--training", action="store_true", help="the seeds' pictures through the model's training instead")
    c.add_argument("--frames", type=whole("--frames", 1, MAX_SEGMENT), default=30, help="for each segment (default 30)")
    c.add_argument("--path", default="slerp", choices=tuple(PATHS), help="the way between two seeds (default slerp)")
    c.add_argument("--turn", default="loop", choices=tuple(TURNS), help="how it ends (default loop)")
    c.add_argument("--fps", type=float, default=25.0, help="frames a second (default 25)")
    c.add_argument("--out", type=Path, required=True, help="FILE.mp4, .gif, .webp, .png or .zip")
    c = command("evaluate", evaluate)
    c.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    c.add_argument("--data", metavar="NAME", help="measure against these, such as folder:PATH, not the model's own")
    c.add_argument("--data-dir", type=Path, metavar="DIR", help="where the data sets lie")
    c.add_argument(
        "--samples", type=whole("--samples", 0, MAX_JUDGED), default=0, metavar="N",
        help="default: 2,500 points or 10,000 pictures",
    )  # fmt: skip
    c.add_argument(
        "--seed", type=whole("--seed", 0, MAX_EVALUATE_SEED), default=0, metavar="N", help="another set of samples"
    )
    c.add_argument("--inception", action="store_true", help="FID and KID as papers state them, too")
    c = command("export", export, many=True)
    c.add_argument("--quality", type=Path, metavar="FILE", help="figures of evaluate --json for the card")
    c.add_argument("--out", type=Path, metavar="PATH", help="e.g. weights/mine (two files)")
    c.add_argument("--static", type=Path, metavar="DIR", help="write Learn, Explore and Interpolate as a web page")
    c.add_argument("--reference", action="store_true", help="--static: with the real pictures, 4 MB a model")
    return parsers


def main(argv: Sequence[str]) -> None:
    """Run one command, its name first; there is one of that name."""
    args = parsers()[argv[0]].parse_args(argv[1:])
    torch.set_num_threads(1)  # small networks are fastest so, and other work keeps its cores
    args.run(args)
