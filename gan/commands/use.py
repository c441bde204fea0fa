"""Use a trained model: `sample | film | evaluate | export MODEL …`."""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan.commands.parsing import MODEL, Parser, called, say, whole
from gan.commands.publish import agree, tell
from gan.errors import ConfigError, ModelError
from gan.evaluation.evaluate import MAX_EVALUATE_SEED, MAX_JUDGED
from gan.explore.render import FPS, MAX_SEGMENT, class_number, classes_of, in_range, render
from gan.explore.samples import Samples, arrays, check_form, film_of, samples_of
from gan.explore.views import from_query, picture
from gan.files import write_whole
from gan.latents import PATHS, TURNS, parse_seeds, z_from_seeds
from gan.media.films import FILMS, SETTINGS, film, left_out
from gan.media.images import enlarge, to_png
from gan.models.checkpoint import HALVES, find_model, load_model, save_model
from gan.models.encoders import copy_encoders
from gan.models.model import MAX_PSI, Model, check_seeded, readable
from gan.publish.push import why_ask
from gan.publish.repositories import README, merged_readme, repository
from gan.publish.spaces import push_site, static_files
from gan.training.history import folder_of, training_film
from gan.training.kept_films import SUFFIX, about, drawn, film_path, kept_film, past_of, read_film, save_film

SHEET, KEYS = "0-63", "1,7,42"  # seeds of a grid, and of a film, where nobody says


def seeded(name: str | Path) -> Model:
    """The model of a name; ConfigError for one that repairs pictures, as it has no seeds."""
    model = load_model(name)
    check_seeded(model)
    return model


def sample(args: argparse.Namespace) -> None:
    """A grid as PNG, the arrays as NPZ, or a file of the medium's own; or the picture that an Explore link shows."""
    model = seeded(args.model)
    if args.view is not None:
        show_view(args, model)
        return
    seeds, out = parse_seeds(args.seeds), args.out
    z, c = z_from_seeds(seeds, model.G.z_dim), classes_of(model, seeds, args.classes)
    if out.suffix == ".npz":
        write_whole(out, arrays(model, seeds, z, render(model, z, args.psi, c=c), c))
    else:
        made = samples_of(model, render(model, z, args.psi, c=c), seeds, args.psi, c, args.seeds)
        content, out = made.file(out.suffix, args.scale), made.path(out)
        write_whole(out, content)
    say(f"{len(seeds)} {'sample' if len(seeds) == 1 else 'samples'} of {model.name}: {out}")


def show_view(args: argparse.Namespace, model: Model) -> None:
    """What a view shows, as an enlarged picture or a file of the medium's own; MODEL makes it, not the link's model."""
    suffix, forms = args.out.suffix, (".png", *model.medium.files)
    if suffix not in forms:
        raise ConfigError(f"what a link shows goes into a {', '.join(forms)}, not {args.out.name!r:.60}")
    view = replace(from_query(args.view.rpartition("?")[2], model.name), model=model.name)
    if args.classes is not None:
        if view.own:
            raise ConfigError("a picture of one's own was asked for no class, so --class has no meaning for it")
        view = replace(view, c=class_number(model, args.classes))
    made = picture(model, view)
    if suffix == ".png":
        pixels = model.medium.preview(made, model.traits)[0]
        content = to_png(enlarge(pixels, args.scale), {SETTINGS: view.query()})
    else:
        content = Samples(model, made, {"model": model.name, "link": f"?{view.query()}"}).file(suffix)
    write_whole(args.out, content)
    say(f"what {view.query()} shows: {args.out}")


def make_film(args: argparse.Namespace) -> None:
    """A film along the path between seeds, or of the seeds' samples through the model's training.

    It is written as moving pictures, or as what the model's medium makes of a film: one sound, one piece, words.
    """
    model, suffix = seeded(args.model), args.out.suffix
    if args.training and suffix not in FILMS:
        raise ConfigError(f"a film of a training is saved as {', '.join(FILMS)}, not {suffix!r:.20}")
    check_form(model.medium, suffix)
    run = ""
    if args.training:
        told, pixels, run = film_of_training(args, model)
        settings = {"training": told, "sha256": model.card.get("sha256", "")}
        count, content = len(pixels), film(pixels, suffix, args.fps, settings)
    else:
        seeds, psi = parse_seeds(KEYS if args.seeds is None else args.seeds), 1.0 if args.psi is None else args.psi
        c = classes_of(model, seeds, args.classes)
        made = film_of(model, seeds, args.frames, args.path, args.turn, psi, args.fps, c)
        count, content = len(made), made.file(suffix)
    write_whole(args.out, content)
    less = left_out(count, suffix, args.fps) if suffix in FILMS else ""
    say(f"{count} frames of {model.name}: {args.out}" + (f" ({less})" if less else ""))
    if run:
        say(f"It is {run}.")


def film_of_training(args: argparse.Namespace, model: Model) -> tuple[dict[str, Any], Tensor, str]:
    """(what the file says of itself, the frames, which run it is where that is another than the model's own).

    Of snapshots any seeds are filmed; a film that was kept as samples has its own, at a psi and of classes of its own.
    """
    path, seeds = find_model(args.model), None if args.seeds is None else parse_seeds(args.seeds)
    if past_of(path) == "film":
        if args.psi is not None or args.classes is not None:
            raise ConfigError(f"the film of {model.name}'s training is kept as it is: leave out --psi and --class")
        kept = read_film(model, film_path(path))
        seeds = seeds or list(kept.seeds)
        told = {"model": model.name, "psi": kept.psi, "fps": args.fps, "seeds": seeds, "nimg": list(kept.nimg)}
        if kept.classes:
            told["classes"] = [kept.classes[kept.seeds.index(seed)] for seed in seeds if seed in kept.seeds]
        return told, drawn(model, kept, seeds, args.fps), about(kept, model)
    seeds, psi = seeds or parse_seeds(KEYS), 1.0 if args.psi is None else args.psi
    c = classes_of(model, seeds, args.classes)
    nimg, pixels = training_film(model, folder_of(path), seeds, psi, c, args.fps)
    told = {"model": model.name, "psi": psi, "fps": args.fps, "seeds": seeds, "nimg": nimg}
    return told | ({} if c is None else {"classes": c.tolist()}), pixels, ""


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
    if args.space or args.push or args.private or args.yes:
        raise ConfigError("--space user/name, --push, --private and --yes belong to --static DIR")
    if args.onnx:
        export_onnx(args)
        return
    if args.film:
        export_film(args)
        return
    if len(args.models) != 1 or not args.out:
        raise ConfigError(
            "export takes one MODEL and --out PATH, --onnx or --film FILE, or --static DIR and any number of models"
        )
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
    if args.psi is not None:
        in_range("--psi", args.psi, MAX_PSI, low=0.0)
        model.card["psi"] = args.psi
    save_model(model, path, args.half)
    encoders = copy_encoders(model, path.with_name(f"{path.name}.safetensors"))
    *files, last = [f"{path}.safetensors", f"{path}.json", *map(str, encoders)]
    say(f"{', '.join(files)} and {last}: share {'all' if encoders else 'both'}, or put them into weights/")


def export_onnx(args: argparse.Namespace) -> None:
    """The generator as an ONNX file, held against torch where onnxruntime is there."""
    others = (args.out, args.quality, args.half, args.reference, args.film, args.psi is not None)
    if len(args.models) != 1 or any(others):
        raise ConfigError(
            "--onnx FILE takes one MODEL, without --out, --quality, --half, --psi, --film and --reference"
        )
    if args.onnx.suffix != ".onnx":
        raise ConfigError(f"--onnx writes a .onnx, not {args.onnx.name!r:.60}")
    from gan.explore.onnx_files import CLOSE, difference, onnx_bytes

    model = load_model(args.models[0])
    content = onnx_bytes(model)
    away = difference(model, content)
    if away is not None and away > CLOSE:
        raise ModelError(f"the generator of {model.name} comes out {away:.1g} off as ONNX, so nothing was written")
    write_whole(args.onnx, content)
    tried = "not tried, as onnxruntime is not installed" if away is None else f"within {away:.0e} of torch"
    say(f"{args.onnx}: the generator of {model.name}, {len(content) / 1e6:.1f} MB, {tried}")


def export_film(args: argparse.Namespace) -> None:
    """The film of a run's training as one small file, for a model that is shipped without its snapshots."""
    if len(args.models) != 1 or any((args.out, args.quality, args.half, args.reference)):
        raise ConfigError("--film FILE takes one MODEL, without --out, --quality, --half and --reference")
    if args.film.suffix != SUFFIX:
        raise ConfigError(f"--film writes a {SUFFIX}, not {args.film.name!r:.60}")
    if args.psi is not None:
        in_range("--psi", args.psi, MAX_PSI, low=0.0)
    model = seeded(args.models[0])
    kept = kept_film(model, find_model(args.models[0]), args.psi)
    save_film(kept, args.film)
    size, where = args.film.stat().st_size / 1e3, film_path(Path("NAME.safetensors"))
    say(
        f"{args.film}: {len(kept.nimg)} moments of {model.name}, {size:,.0f} kB; beside NAME.safetensors, it is {where}"
    )


def export_static(args: argparse.Namespace) -> None:
    """Learn, Explore, Interpolate and Yours as a folder that any web server, or none, can show."""
    if (args.push and not args.space) or ((args.private or args.yes) and not args.push):
        raise ConfigError("--push needs --space user/name, and --private and --yes need --push")
    if args.out or args.quality or args.half or args.onnx or args.film or args.psi is not None:
        raise ConfigError(
            "--static DIR writes a page; --out, --onnx, --film, --quality, --half and --psi belong to a single model"
        )
    from gan.ui.shell.catalogue import build_catalogue, models_apart  # with gradio, which takes seconds to load
    from gan.ui.site import beside, write_site

    chosen = [model for _, model in models_apart(args.models)]
    if not chosen:
        catalogue = build_catalogue([])
        chosen = [catalogue.load(name) for name in (*catalogue.pictures, *catalogue.repairs)]
    extra = space_files(args, chosen) if args.space else {}
    files = write_site(args.static, chosen, args.reference)
    for name, content in extra.items():
        write_whole(args.static / name, content)
    size = sum(file.stat().st_size for file in files) / 1e6
    index = readable(args.static / "index.html", 4_096)  # a folder's name may be no text
    say(f"{index}: a page of {len(chosen)} models, {size:.1f} MB; open it, or put it anywhere")
    if kept := [name for name in beside(args.static) if not (args.space and name == README)]:
        say(readable(f"What else lies there stays as it is: {', '.join(kept)}", 200))
    if args.push:
        names = [
            *(file.relative_to(args.static).as_posix() for file in files),
            *(name for name in extra if name != README),
        ]
        tell(push_site(args.space, args.static, names, args.private))


def space_files(args: argparse.Namespace, models: Sequence[Model]) -> dict[str, bytes]:
    """What makes a static page a Space: its README, which keeps a text of somebody's own, and its thumbnail."""
    from huggingface_hub import constants

    files = static_files(models, repository(args.space), constants.ENDPOINT)
    if args.push:
        agree([why_ask(model) for model in models], args.yes)
    readme = args.static / README
    before = readme.read_text("utf-8", "replace") if readme.is_file() else ""
    return files | {README: merged_readme(before, files[README].decode())[0].encode()}


def seeds_flag(p: argparse.ArgumentParser, default: str) -> None:
    """The flags that sample and film share; a film of a training looks whether they were given."""
    p.add_argument("--seeds", help=f"such as 42, 1,7,42 or 0-63 (default {default})")
    p.add_argument("--psi", type=float, help="truncation: 1 none, 0 the mean picture (default 1)")
    p.add_argument(
        "--class", dest="classes", metavar="NAME",
        help="its name or number, or one for each seed, such as 3,5,7 (default: the seed modulo their count)",
    )  # fmt: skip


def parsers() -> dict[str, Parser]:
    """The command lines of the four commands, by their names."""
    parsers: dict[str, Parser] = {}

    def command(name: str, run: Callable[[argparse.Namespace], None], many: bool = False) -> Parser:
        c = parsers[name] = Parser(prog=called(name), description=run.__doc__)
        if many:
            c.add_argument("models", metavar="MODEL", nargs="*", help=MODEL)
        else:
            c.add_argument("model", metavar="MODEL", help=MODEL)
        c.set_defaults(run=run)
        return c

    c = command("sample", sample)
    seeds_flag(c, SHEET)
    c.set_defaults(seeds=SHEET, psi=1.0)
    c.add_argument("--view", metavar="LINK", help="instead of seeds: the address of a picture in the Explore tab")
    c.add_argument("--scale", type=whole("--scale", 1, 16), default=2, metavar="N", help="enlarge a grid N times")
    c.add_argument(
        "--out", type=Path, required=True,
        help="FILE.png, FILE.npz with seeds, z and samples, or what suits the model, such as .txt or .wav",
    )  # fmt: skip
    c = command("film", make_film)
    seeds_flag(c, KEYS)
    c.add_argument("--training", action="store_true", help="the seeds' pictures through the model's training instead")
    c.add_argument("--frames", type=whole("--frames", 1, MAX_SEGMENT), default=30, help="for each segment (default 30)")
    c.add_argument("--path", default="slerp", choices=tuple(PATHS), help="the way between two seeds (default slerp)")
    c.add_argument("--turn", default="loop", choices=tuple(TURNS), help="how it ends (default loop)")
    c.add_argument("--fps", type=float, default=FPS, help=f"frames a second (default {FPS:g})")
    c.add_argument(
        "--out", type=Path, required=True,
        help="FILE.mp4, .gif, .webp, .png or .zip, or what suits the model, such as .txt or .wav",
    )  # fmt: skip
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
    c.add_argument(
        "--half", nargs="?", const="all", choices=tuple(HALVES), metavar="critic",
        help="store the weights in 16 bits: half the size, nearly the same; the critic's alone: the very same samples",
    )  # fmt: skip
    c.add_argument("--psi", type=float, metavar="X", help="the truncation that the page shows the model with first")
    c.add_argument("--static", type=Path, metavar="DIR", help="write all rooms but Live as a web page")
    c.add_argument("--onnx", type=Path, metavar="FILE", help="write the generator as FILE.onnx, for other programs")
    c.add_argument(
        "--film", type=Path, metavar="FILE", help="write the film of the run's training as a small FILE.webp"
    )
    c.add_argument("--space", metavar="user/name", help="--static: with what makes it a static Space of that name")
    c.add_argument("--push", action="store_true", help="--space: and put it there")
    c.add_argument("--private", action="store_true", help="--push: for yourself alone")
    c.add_argument("--yes", action="store_true", help="--push: yes, weights that are for research alone too")
    c.add_argument("--reference", action="store_true", help="--static: with the real pictures, 4 MB a model")
    return parsers


def main(argv: Sequence[str]) -> None:
    """Run one command, its name first; there is one of that name."""
    args = parsers()[argv[0]].parse_args(argv[1:])
    torch.set_num_threads(1)  # small networks are fastest so, and other work keeps its cores
    args.run(args)
