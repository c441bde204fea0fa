"""Write bench/README.md, every bench with its figures, from bench/results/*.json: `python -m bench.tables`.

Nothing is measured here. A bench has a section once its results are in results/NAME.json; what a section says of
figures comes from the bench's own `table`. Prints the page and, last, one JSON object.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import (
    ablations,
    augmentation,
    classroom,
    drawing,
    engine,
    enlarge,
    faults,
    fit,
    folders,
    install,
    load,
    media,
    memorisation,
    opening,
    peers,
    pictures,
    points,
    presets,
    quatrains,
    realism,
    siege,
    stacked,
    steps,
    traffic,
    train,
)
from bench.machine import machine
from gan.files import write_whole

README = Path(__file__).parent / "README.md"
RESULTS = Path(__file__).parent / "results"
HEAD = """# Measurements

Each command below is a file of its own here. It prints a table for people and, as its last line, one JSON object
with the figures, the machine and the versions; `results/NAME.json` keeps that line of the run that the pages quote.
This page is written by `python -m bench.tables` from those files.

"""


@dataclass(frozen=True)
class Bench:
    """An entry of BENCHES.

    Attributes:
        what: it measures, for the table of commands.
        time: it takes on two cores.
        said: the text above its figures.
        table: its results as Markdown; None where the figures stand in docs/figures.md.
        spent: how long it ran, by its results; "" where they do not tell.
    """

    what: str
    time: str
    said: str = ""
    table: Callable[[dict[str, Any]], str] | None = None
    spent: Callable[[dict[str, Any]], str] | None = None


def found(value: Any, key: str) -> list[Any]:
    """Every value of `key` anywhere in JSON."""
    if isinstance(value, Mapping):
        own = [value[key]] if key in value else []
        return own + [hit for inner in value.values() for hit in found(inner, key)]
    return [hit for inner in value for hit in found(inner, key)] if isinstance(value, list) else []


def training(results: dict[str, Any]) -> str:
    """How long all of a bench's runs trained; "" if it trained nothing."""
    seconds = sum(found(results, "cpu_seconds"))
    return f"{seconds / 60:.0f} CPU minutes of training" if seconds else ""


BENCHES: dict[str, Bench] = {
    "points": Bench(
        "PacGAN's ring and grid: the best presets over ten seeds, every objective at the same budget", "80 min",
        "PacGAN's two mixtures (arXiv:1712.04086, section 4.1): 2,500 samples of each run's average, drawn afresh for "
        "each seed. High quality is within 3 standard deviations of a mode; a mode counts from its first such sample, "
        "and is fair from a fifth of its equal share. Seconds are CPU seconds of the training alone.",
        points.table, training,
    ),
    "stacked": Bench(
        "all 1,000 modes of stacked MNIST and how evenly; `--resume` goes on after an interruption", "60 min",
        "Three MNIST digits as the channels of one picture: 26,000 samples, whose modes the shipped judge of MNIST "
        "names channel by channel, five times over; real data in as many samples beside them. The preset is the best "
        "of several recipes tried on this one seed; the spread is that of the samplings alone.",
        stacked.table, lambda results: training({"cpu_seconds": results["stacked"]["cpu_seconds"]}),
    ),
    "pictures": Bench(
        "MNIST and Fashion-MNIST: the shipped models, every objective at the same budget; `--resume` goes on", "70 min",
        "10,000 samples against the test part on the features of the shipped judge, *real data* being the training "
        "part; the two-sample test is on the same features. The plain judge is a classifier without regularisation, "
        "as most are on which such figures are taken: 10,000 samples against all training pictures, *real data* being "
        "the test part. Distances on two judges have two scales, and only their ratio to real data compares: the last "
        f"column is on the scale of a judge on which real data scores {pictures.BAR_REAL}. The MNIST files used "
        "here went through a mild tone curve, so these are not figures on the official files.",
        pictures.table, training,
    ),
    "media": Bench(
        "words and whatever else is no picture: the shipped models beside held-out real samples and a plain model",
        "3 min",
        "Samples are drawn anew for every seed; figures are means with half of their range. Words: *valid* ones end "
        "and have nothing behind, *novel* ones are not learnt; js1 to js3 are Jensen and Shannon's divergences, in "
        "bits, of the runs of one to three letters from those of the learnt words; perplexity is that of a model of "
        "threes, with 0.1 added to every count, and the plain model is that same one. Sounds: *accuracy* is how often "
        "a judge hears the digit that was told, `by_sound` after they were made sounds, and the shares of the rarest "
        "and the commonest voice are parts of an equal share, as a judge of voices hears them. Scores: *chords* and "
        "*triads* are shares of the beats, *notes* those begun a beat and voice, *steps* the soprano's moves by two "
        "semitones at most, *copied* the share of cells that the nearest learnt score has too. Graphs: `_share` is a "
        "distance to held-out graphs, MMD², in parts of real graphs' own.",
        media.table,
    ),
    "memorisation": Bench(
        "whether faces are copies: nearest training pictures of samples and of held-out pictures", "10 min",
        "Distances to the nearest training picture are root mean squares a value: of pixels, in grey levels; at 16 "
        "pixels, where a smooth picture has no advantage; and of both at equal brightness and contrast. The ratio to "
        "the mean distance of the 50 nearest is small for a copy, however smooth it is. A duplicate is a held-out "
        f"picture that correlates with a training picture by {memorisation.SAME} or more at equal brightness and "
        "contrast: the same photograph, brighter or darker; a recoloured one may slip through.",
        memorisation.table,
    ),
    "realism": Bench(
        "whether any figure of a single picture agrees with the judge", "5 min",
        "500 pictures of each model shipped on that day, at psi 1, 1.5 and 0.7. How "
        "real one is, says its realism score "
        "(arXiv:1904.06991, equation 9) among one half of the held-out pictures on the judge's features, or, where the "
        "data has no judge, on pixels; what might be shown to a visitor is made of the other half. A score on the very "
        "features that the judge has, or on pixels where those stand for it, sees what the measure sees and only says "
        "what can be reached. To eyes, the order by the judge's score puts what is broken first; that by the critic's "
        "logit does not.",
        realism.table,
    ),
    "augmentation": Bench(
        "few real pictures and generated ones: does a classifier gain? `--resume` goes on", "60 min",
        "A classifier learns from a few real MNIST pictures a class, with and without pictures of a GAN that was "
        "trained on those same pictures alone; it is tested on the whole test part. *Shifted* pictures are moved by "
        "up to an eighth. Where there are generated pictures they are half of every batch.",
        augmentation.table, training,
    ),
    "folders": Bench(
        "what a folder of pictures is trained with unasked: networks, augmentations; `--resume` goes on", "40 min",
        "A few pictures of a set, drawn by a seed, and a short run on them; 3,000 fakes against 3,000 pictures of the "
        "set that the run never saw. Faces are aligned and in colour, clothes and characters grey. Fréchet, recall and "
        "coverage are of pixels at 16 px; *textures* is the Fréchet distance of what the shipped classifier of clothes "
        "sees. *Blind* is the two-sample test's accuracy less how often D is right on pairs of an unseen picture and a "
        "fake: above .15 D does not see what another classifier sees in seconds.",
        folders.table, training,
    ),
    "ablations": Bench(
        "what each part of the default recipe is worth, undone one at a time", "60 min",
        "The default recipe is R3GAN's (arXiv:2501.05441) in its loss, its penalties and its optimiser, and differs in "
        "the rest. Each choice is undone in turn, and what the paper does instead is tried: on MNIST with the networks "
        "of `mnist-mlp`, on the grid of 25 Gaussians with a shallower G and a D of more features than those of `grid`, "
        "so that a worse choice shows sooner; in equal CPU seconds. Faces (`--data faces`, where these are there) have "
        "changes of their own, and parts of other recipes that no setting makes, to be compared with *as they are*: *D "
        "right* is how often D tells a held-out picture from a fake, *checkerboard* the power "
        "of the finest one in that of real pictures.",
        ablations.table,
        lambda results: f"{results['seconds']:g} CPU seconds a run, of faces {results['faces_seconds']:g}",
    ),
    "train": Bench(
        "how fast training is, beside the usual way and the machine's limit", "8 min",
        "Ours, the same networks the usual way (a DataLoader with a transform for each sample, torch's default Adam, "
        "a loss `.item()` in each step) and a plain product of two matrices as the machine's limit, in turn, in one "
        "process, on one thread; medians of several rounds, ratios to the neighbouring round.",
        train.table,
    ),
    "steps": Bench(
        "what a step of a fully connected pair costs with and without autograd, and whether runs come out alike",
        "3 min",
        "Milliseconds are those of the CPU, of one iteration, D's step and G's; both ways in turn, in one "
        "process, on one thread; medians of several rounds, ratios to the neighbouring round. A run is judged by "
        "10,000 samples of its average; a mode is fair from a fifth of its equal share.",
        steps.table,
    ),
    "invert": Bench(
        "held-out pictures as latents: how near, how fast, changed afterwards; `--resume` goes on", "8 min"
    ),
    "repair": Bench(
        "holes, noise, stains and tiny pictures beside classical filters; `--resume` goes on", "15 min"
    ),
    "enlarge": Bench(
        "pictures of 16 px made 64 px by the shipped U-Nets, beside bicubic interpolation", "2 min",
        "Held-out pictures, made tiny by the mean of each block. PSNR is the mean of the pictures' own. The Fréchet "
        "distance to the pictures themselves is taken on what the shipped classifier of clothes sees in them in grey "
        "at their own size, which feels what is blurred; *real pictures* are as many of the training part. A judge of "
        "characters is trained by the bench itself.",
        enlarge.table,
    ),
    "quatrains": Bench(
        "what a small GAN cannot do: poems of 3,600 characters, beside real ones and chance", "4 min",
        "A *known bigram* is two neighbours within a line of five characters that stand so in some poem of the "
        "training part. A poem with a lost character is left out.",
        quatrains.table_of,
    ),
    "faults": Bench(
        "500 kills, full and read-only disks, signals, lost data, damaged files, NaN", "3 min",
        "Every process is a `train.py` of its own that saves at every tick. After each fault the run's folder is read "
        "and the run taken up again.",
        faults.table, lambda results: f"{results['seconds'] / 60:.0f} minutes",
    ),
    "presets": Bench(
        "what `ring`, `grid` and `digits` reach at the worst seed; `--resume` goes on", "20 min",
        "Each quick preset to its end. 2,500 samples of each run's average, drawn afresh for each seed, are judged by "
        "PacGAN's rule as `bench/pacgan.py` has it, which shares no code with the trainer: high quality is within 3 "
        "standard deviations of a mode, a mode is fair from a fifth of its equal share in such samples, and the "
        "reverse KL is over the nearest modes of all samples. Seconds are CPU seconds of the training alone.",
        presets.table, training,
    ),
    "peers": Bench(
        "time to quality: the forms of three published scripts beside our presets; `--resume` goes on", "40 min",
        "MNIST on one thread, 10,000 samples after the CPU seconds of training, on the features of the shipped judge. "
        "The forms of GAN, WGAN-GP and DCGAN were written for this bench from what is published of such scripts: "
        "networks, losses, rates, a DataLoader with a transform for each sample. A run of theirs is judged on its way; "
        "one of ours ends with its budget, as its rates fall by then.",
        lambda results: peers.table(results["rows"]),
    ),
    "classics": Bench("the tutorials' networks beside our recipe, 120 CPU seconds each", "13 min"),
    "recipes": Bench(
        "what the live tab's recipes reach, how surely its illnesses are named, and how long cures hold", "70 min"
    ),
    "live": Bench(
        "what a page costs a run, eight visitors, a hundred watchers, what 200 runs leave behind", "8 min"
    ),
    "explore": Bench("slider to picture beside plain Gradio, to sound, first picture, films, 200 visitors", "12 min"),
    "traffic": Bench(
        "bytes of a first and of a second visit, and of a live run's polls", "40 s",
        "A page in Chromium, in a fresh profile and then again; the heads of answers, which nothing compresses, stand "
        "apart. What comes out of the browser's own cache is in *as it is* alone.",
        traffic.table, lambda results: f"{results['seconds']:g} s of each live run",
    ),
    "drawing": Bench(
        "from the pen to the answer in the Yours tab, and whether it is what was drawn", "4 min",
        "A pen moves over the pad of the page in Chromium, and it is measured when the answer stands on the canvas. "
        "Held-out digits are drawn anew by pens of eight kinds, from their middle lines; strokes, centring, encoder "
        "and generator are the page's own, in its own JavaScript, and the shipped judge says whether the answer is the "
        "digit.",
        drawing.table, lambda results: f"{results['drawing']['digits']} digits for each pen",
    ),
    "fit": Bench(
        "a picture of one's own in the browser: encoders, and fits, beside the engine's own picture", "3 min",
        "Milliseconds in Chromium, from the page's question to the answer. The steps are those of one start, or of "
        "several; the picture meanwhile is one on the screen while a fit runs in the other worker. These fits went by "
        "Adam: the page takes 25 steps by L-BFGS now, each with the same two passes.",
        fit.table,
    ),
    "engine": Bench(
        "milliseconds a picture of the browser's engine, beside onnxruntime-web in the same page of Chromium", "4 min",
        "Each shipped model from its latents, or its damaged picture, to the numbers of a sample; a clip is eight "
        "pictures. Both by WebAssembly with SIMD on one thread, in short rounds that alternate; milliseconds are "
        "medians of the rounds, a ratio is the median of neighbouring ones: above 1 ours is faster. Multiply-adds are "
        "those of the network as it was trained.",
        engine.table, lambda results: f"{results['peer']}, Chromium {results['chromium']}",
    ),
    "siege": Bench(
        "attacks by one visitor, each with its figure, and 20,000 calls at random to all routes", "10 min",
        "Every attack has an app of its own, on loopback. Its limits are the usual ones but where the attack would be "
        "refused or take minutes: heavy iterations are allowed to those that need one, *work without end* has a second "
        "of training, pasts have 150 MB. *Before* is what it came to in version 0.2.0, or what that lacked. The "
        "attacker and the app share the machine's cores.",
        lambda results: siege.table(results["attacks"]), lambda results: f"{results['seconds'] / 60:.0f} minutes",
    ),
    "load": Bench(
        "200 visitors, of whom 8 train and 100 watch, and what a newcomer waits for meanwhile", "4 min",
        "A newcomer asks for the page and for a model's file as often as 2 times a second, while 200 visitors poll: 8 "
        "train, 100 watch one of them and 92 look at a run that stands still. Before that 1,000 visitors come and go, "
        "each with a run of his own. The crowd, the newcomer and the app share the machine's cores. *Before* is "
        "version 0.2.0.",
        load.table, lambda results: f"{results['seconds']:g} s of a full house",
    ),
    "classroom": Bench(
        "a teacher's run with and without a class of 100 that watches and votes, and its bars", "4 min",
        "Turns with and without the class alternate; the ratio is the median of neighbouring turns. The followers ask "
        "as a page does, each with a cookie of its own; in the second class two of them are pages in Chromium, whose "
        "browser takes only what the host leaves of the cores that they share. A bar is right if it stands at what the "
        "class voted, votes that were changed counted once.",
        classroom.table, lambda results: f"{results['turns']} turns of {results['seconds']:g} s",
    ),
    "leaks": Bench("what 200 live runs leave behind, alone", "2 min"),
    "starts": Bench("trains what a live run may start from, `weights/live/`", "10 min"),
    "excerpts": Bench("writes the pictures of MNIST and Fashion-MNIST that come with the program", "1 min"),
    "recordings": Bench("films the lesson's runs, `gan/ui/learn/recordings/`", "4 min"),
    "lesson": Bench("the pictures of the lesson, from the page as a file", "2 min"),
    "tour": Bench("the moving picture at the top of the README, from the running app", "1 min"),
    "judge": Bench("trains the classifiers behind the picture metrics", "11 min"),
    "weights": Bench("writes `weights/README.md` from the cards; trains and judges nothing", "10 s"),
    "opening": Bench(
        "how soon commands answer and the page opens, where that goes, and the memory at rest", "2 min",
        "The least of three rounds. What app and fork server share counts once, mostly as the app's; what other "
        "programs of the machine share with them counts as if they did not. Of a live run counts what it has written "
        "itself: pictures that stay in their file are shared by all runs on them.", opening.table,
    ),
    "install": Bench(
        "what an installation takes on disk, and what of it only GPUs need", "5 s",
        "A fresh environment with what requirements.txt names. Torch's build for CPUs, from an index of its own, comes "
        "without what only GPUs need; it was not installed for this, as that index could not be reached.",
        install.table,
    ),
    "help": Bench("writes the pages of `--help` in both languages; trains nothing", "5 s"),
    "settings": Bench("writes `docs/settings.md` from the code; trains nothing", "5 s"),
    "glance": Bench("lines of the README and of `docs/figures.md`, from `results/`; measures nothing", "5 s"),
    "tables": Bench("writes this page from `results/`; measures nothing", "10 s"),
}  # fmt: skip


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The results in a folder, by their bench's name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def span(numbers: set[int]) -> str:
    """Whole numbers as people write them: 0 to 4, or 0, 2, 5."""
    ordered = sorted(numbers)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]} to {ordered[-1]}"
    return ", ".join(map(str, ordered))


def facts(name: str, results: dict[str, Any]) -> str:
    """A line on how figures came about: command, seeds, time, machine, versions, day."""
    seeds = set(found({key: value for key, value in results.items() if key not in ("presets", "bases")}, "seed"))
    where, versions = results["machine"], results["versions"]
    parts = [f"`{results['command']}`"]
    parts += [f"seed{'s' * (len(seeds) > 1)} {span(seeds)}"] if seeds else []
    spent = BENCHES[name].spent
    parts += filter(None, [spent(results)] if spent else [])
    parts += [f"{where['cpu']}, {where['cores']} cores, {where['system']}"]
    parts += [f"Python {versions['python']}, torch {versions['torch']}", results["date"]]
    return "; ".join(parts) + "."


def page(results: Mapping[str, dict[str, Any]]) -> str:
    """The whole page."""
    lines = ["| command | what | time on two cores | figures |", "|---|---|---|---|"]
    for name, bench in BENCHES.items():
        where = ""
        if name in results:
            link = f"[below](#{name})" if bench.table else "[figures](../docs/figures.md)"
            where = f"{link}, {results[name]['date']}"
        lines.append(f"| `python -m bench.{name}` | {bench.what} | {bench.time} | {where} |")
    sections = [
        f"## {name}\n\n{bench.said}\n\n{facts(name, results[name])}\n\n{bench.table(results[name])}\n"
        for name, bench in BENCHES.items()
        if bench.table and name in results
    ]
    return HEAD + "\n".join(lines) + "\n\n" + "\n".join(sections)


def main() -> None:
    """Write the page."""
    results = read(RESULTS)
    text = page(results)
    write_whole(README, text.encode())
    print(text)
    print(json.dumps({"tables": {name: results[name]["date"] for name in BENCHES if name in results}} | machine()))


if __name__ == "__main__":
    main()
