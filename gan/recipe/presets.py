"""PRESETS: recipes that were measured, as configs; and which of them suits given data."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from gan.data.sets import dataset, prefix_of
from gan.errors import ConfigError
from gan.networks import ARCHITECTURES
from gan.recipe.augment import AUTO
from gan.recipe.config import TrainConfig
from gan.recipe.tasks import NO_TASK

# A deep G that bends the plane sharply against a shallow D learns fastest; random features in D help where there are
# many modes.
POINTS = TrainConfig(
    data="ring", nimg=2_000_000, batch=128, lr=4e-3, lr_final=0.1, gamma=0.1, ema_nimg=20_000, z_dim=2,
    g_widths=(64, 64, 64, 64, 64), d_widths=(64, 64),
)  # fmt: skip
# Where R3GAN's recipe (arXiv:2501.05441) is left, with shares of high quality of one seed after 12,000 steps of grid:
# G is given a uniform z, whose square tears into modes more cleanly than a normal's plane (94.2 % against 91.4 %),
# and has four layers (94.5 %; five are better at first, 95.6 %, but one seed in two lost a mode at this rate). Rates
# fall by equal factors to half a percent: after 47,000 steps 97.8 %, along half a cosine 97.2 %, and all modes are
# held from the first 7,000 steps on, as a high rate tears down what it built. On the ring after 8,000 steps: gamma
# stays, as a tenth of it at the end widens the modes (86.5 % against 90.8 %), and the critic sees random features
# (95.7 % against 90.8 %).
POINTS_BEST = dataclasses.replace(
    POINTS, lr_final=0.005, schedule="exponential", ema_nimg=100_000, noise="uniform", d_widths=(64, 64), features=16,
)  # fmt: skip
CLASSIC = TrainConfig(
    data="mnist", objective="non-saturating", nimg=600_000, lr=2e-4, beta1=0.5, beta2=0.999, ema_nimg=0, z_dim=100,
    init="uniform",
)  # fmt: skip
MNIST_MLP = TrainConfig(
    data="mnist", nimg=2_500_000, lr=1e-3, lr_final=0.02, gamma=1.0, ema_nimg=44_000, z_dim=64, g_widths=(256, 512),
    d_widths=(256, 256), precision="bf16",
)  # fmt: skip
MNIST_DCGAN = TrainConfig(
    data="mnist", network="dcgan", nimg=1_500_000, lr=1e-3, lr_final=0.02, gamma=1.0, ema_nimg=44_000, z_dim=64,
    g_widths=(64, 32), d_widths=(32, 64), dense=256, precision="bf16",
)  # fmt: skip
# Rates fall by equal factors: at a constant rate D goes blind once G is good (its loss stays at log 2) and recall stays
# at .73; a fifth of the rate raised it to .80 within 40,000 pictures.
MNIST_STYLE = TrainConfig(
    data="mnist", network="style", condition="class", nimg=1_200_000, lr=1e-3, lr_final=0.02, schedule="exponential",
    gamma=0.3, ema_nimg=44_000, fakes="shared", z_dim=64, g_widths=(96, 48, 16), d_widths=(32, 64), dense=256,
    precision="bf16",
)  # fmt: skip
# 64 px: as many multiply-adds as two cores train and a browser draws in a frame. The rates begin lower: at 1e-3 D is
# blind to faces, its loss at .69 after 60,000 pictures with any gamma from .003 to .3; at 4e-4 it sees again, .676.
# Characters are not augmented: where D sees them moved about, a G that draws each class one way passes (.31 to .38 of
# the real deviation within a class after 12,000 pictures with gamma from .3 to 5, .14 after 158,000 with .1; .67 after
# 12,000 without, with gamma 1).
KANJI_STYLE = dataclasses.replace(
    MNIST_STYLE, data="kanji", nimg=480_000, batch=32, lr=5e-4, lr_final=0.05, gamma=1.0,
    g_widths=(128, 96, 64, 32, 12), d_widths=(16, 32, 64, 96),
)  # fmt: skip
# What that gives has a Fréchet distance of 4.1 and a recall of .53, and its D tells held-out characters in .59 of the
# pairs: not because it could not see, but because G ran ahead of it. A D of twice the channels, drawn anew, tells .72
# after 24,000 pictures where G stands still. So G goes on at a quarter of D's rate: after 60,000 pictures D tells .82,
# at the end G's distance is 2.5 and its recall .81. 420,000 pictures more in the same way change nothing: 2.49 and
# .81. A D as wide at G's own rate tells .58 after 40,000, and recall falls; one that is wide from the start is never
# wrong with gamma .3, and G draws one thing; gamma 2 for the narrow D brings recall to .58.
KANJI_STYLE_64 = dataclasses.replace(
    KANJI_STYLE, start="kanji-style-64", lr=1e-4, lr_d=4e-4, hold=0.5, gamma=0.5, seed=3, d_widths=(32, 64, 96, 128)
)
# Faces stand alike, so D is not shown them moved about: that blinded it (right on .73 of held-out pairs, where it was
# right on .99 without), and G learnt from a judge that saw nothing. A blurred G has no checkerboard.
FACES_STYLE = dataclasses.replace(
    KANJI_STYLE, data="faces", condition="none", nimg=900_000, hold=0.6, gamma=0.3, augment="color,flip", blur="g",
    g_widths=(128, 96, 64, 48, 24), d_widths=(32, 64, 96, 128),
)  # fmt: skip
# What that gives has a Fréchet distance of 5.65 and a recall of .47; 140,000 pictures at a rate of 4e-4 and 440,000
# at one that falls brought 4.98 and .51. Then the pictures were no longer augmented, and D told more of the held-out
# pairs, not fewer (.92 at the end, .88 before): 120,000 pictures at a constant rate brought 3.06 and .54, 240,000
# more at one that falls 2.80 and .63. 300,000 more, from a rate of 3e-4 on, brought 2.60 and .62, and D told .90. Then
# D learnt at four times the rate of G, and told .97: 280,000 pictures brought 2.09 and .68. So went on the shipped
# model, and so a run by this preset goes on from it. 280,000 more bring 2.00 and .68, 180,000 behind them at three
# times both rates 2.13 and .67, the mean of the weights before and after the 280,000 1.99 and .69. Of the faces of 64
# seeds at psi .8 three fall apart, before and after the 280,000.
FACES_STYLE_64 = dataclasses.replace(
    FACES_STYLE, start="faces-style-64", nimg=280_000, lr=1e-4, lr_d=4e-4, seed=7, lr_final=0.03, hold=0.4, augment=""
)
SWINGING_DIGITS = dataclasses.replace(
    MNIST_STYLE, data="swinging-digits", frames="loop", start="mnist-style", nimg=60_000, lr=6e-4, lr_final=0.05,
    gamma=0.5, ema_nimg=5_000,
)  # fmt: skip
# D tells held-out graphs from made ones in .66 of the pairs, and learnt from held-out ones in .51: it learns none by
# heart. Less of gamma does not help as it does with sounds: .1 that falls to .03 has .20 exact trees and .86 exact
# cliques after 973,056 graphs, and distances of 15, 10 and 10 times real graphs' own, where this recipe ends at .30,
# .88, and 7, 6 and 5. Nor do layers of 512: after 64 CPU seconds .18 exact trees and distances of 15, 10 and 9, and
# this after 47 seconds .22 and 14, 11 and 8. On from its end with four times the batch, twice gamma and a longer
# average of G there are .34 exact trees and .89 exact cliques, at 6.3, 4.7 and 4.7 times (of three samplings .32, .86,
# and 6.9, 5.5 and 5.4). A D of three layers of 512 at five and then ten times the rate of G makes no graphs that are
# nearer, of the same sampling: .36 and .89, at 6.3, 5.2 and 4.6 times after 7,500,000 more.
GRAPHS = TrainConfig(
    data="graphs", condition="class", end="sign", nimg=1_600_000, batch=128, lr=3e-3, lr_final=0.02,
    schedule="exponential", gamma=0.5, ema_nimg=20_000, fakes="shared", z_dim=32, g_widths=(256, 256, 256),
    d_widths=(256, 256, 256), precision="bf16",
)  # fmt: skip
GRAPHS_MLP = dataclasses.replace(
    GRAPHS, start="graphs-mlp", nimg=1_954_000, batch=512, lr=1e-3, gamma=1.0, ema_nimg=60_000
)
# Half of the characters' numbers of z, and 50 dB of range: what is told apart lies in the voice, not in the hiss of the
# room. Not augmented: what moves a spectrogram up is another voice.
SPOKEN_DIGITS = dataclasses.replace(
    MNIST_STYLE, data="spoken-digits", nimg=160_000, batch=32, lr=7e-4, lr_final=0.05, hold=0.3, gamma=0.5,
    ema_nimg=20_000, z_dim=32, w_dim=64, g_widths=(96, 64, 48, 24, 12), d_widths=(16, 32, 64, 96),
)  # fmt: skip
# What that gives is heard as the digit that was told .94 of the time. Its D likes held-out sounds as well as learnt
# ones (.50 of the pairs), so that it can do with less of gamma. Going on so, 60,000 sounds more bring .98, with a
# precision of .84 in place of .74. The shipped model went on from the run by SPOKEN_DIGITS that was shipped before
# it, and a run by this preset goes on from the shipped model.
SPOKEN_DIGITS_STYLE = dataclasses.replace(
    SPOKEN_DIGITS, start="spoken-digits-style", nimg=200_000, lr=4e-4, hold=0.2, gamma=0.3, gamma_final=0.5,
    ema_nimg=30_000,
)  # fmt: skip
# The error in values decides where a picture lies, the critic how sharp it is.
FACES_ENLARGE = TrainConfig(
    data="faces", network="unet", task="enlarge", factor=4, nimg=36_000, batch=8, lr=1e-3, lr_d=4e-4, lr_final=0.02,
    schedule="cosine", hold=0.2, gamma=0.3, ema_nimg=5_000, fakes="shared", l1=20.0, l2=100.0, augment="flip",
    g_widths=(12, 24, 48, 64), d_widths=(16, 32, 64, 96), precision="bf16",
)  # fmt: skip
BACH = TrainConfig(
    data="bach", network="seq", end="choice", nimg=260_000, lr=1e-3, lr_final=0.05, schedule="exponential",
    hold=0.4, gamma=0.1, ema_nimg=8_000, fakes="shared", z_dim=64, g_widths=(128, 128, 128, 128, 128),
    d_widths=(128, 128, 128), kernel=3, dense=128, precision="bf16",
)  # fmt: skip
# On from there, in larger batches, with a stronger brake on D and some dropout, chords come to .849, triads to .581.
# 260,000 scores in place of 54,250 have triads of .567 and fewer steps of the soprano, .71 for .74; with a D at a
# quarter of G's rate, and gamma .1, there are triads of .547; in batches of 256 with gamma .2 chords of .844; with a
# slow G, 2e-4, and a D at four times its rate, .848 and .580. D is right on every held-out pair throughout: what is
# missing is a better G. A G of 192 channels is none: after the same two runs .826 and .549.
BACH_SEQ = dataclasses.replace(
    BACH, start="bach-seq", nimg=54_250, batch=128, lr=6e-4, lr_final=0.03, hold=0.2, gamma=0.4, ema_nimg=10_850,
    seed=1, dropout=0.2,
)  # fmt: skip
# In 28 CPU seconds a batch of 256 comes nearer to the pairs of letters than one of 128, .027 bits against .030. While
# rates are high the average of G dwells on common names, and as they fall it leaves them. By this recipe, of three
# times 2,000 words, after 770,000, 845,000, 920,000 and all of them .827, .830, .838 and .846 are new, pairs differ
# by .0167, .0153, .0143 and .0134 bits, and the perplexity is 10.7, 10.8, 11.0 and 11.2. With a gamma of .1, no
# dropout and 800,000 words it ends at the same, but for words that do not end or go on behind it: 1.4 % in place of
# .9 %. D told learnt names from held-out ones there, in .61 of the pairs; dropout is against that. Others go along the
# same line: more words are new where letters are less likely. With a D at three times G's rate of 7e-4 .861 are new at
# a perplexity of 11.7; convolutions along the word (--network seq, four layers of 128) have .879 and 11.6 after twice
# the time, but of the pairs twice the distance; with a D at twice G's rate .885 and 12.3.
NAMES_MLP = TrainConfig(
    data="names", end="choice", nimg=1_000_000, batch=256, lr=1.5e-3, lr_final=0.03, gamma=0.03, ema_nimg=60_000,
    fakes="shared", z_dim=64, g_widths=(512, 512), d_widths=(512, 512), dropout=0.2, precision="bf16",
)  # fmt: skip
PRESETS: dict[str, TrainConfig] = {
    "digits": TrainConfig(nimg=300_000, lr_final=0.1),
    "digits-mlp": TrainConfig(nimg=3_000_000, lr_final=0.02, ema_nimg=50_000),
    "ring": POINTS,
    "grid": dataclasses.replace(
        POINTS, data="grid", nimg=3_000_000, lr=8e-3, lr_final=0.02, ema_nimg=30_000, g_widths=(64, 64, 64, 64),
        features=16,
    ),
    "ring-best": dataclasses.replace(
        POINTS_BEST, nimg=4_800_000, lr=6e-3, lr_d=4e-3, gamma=0.2, g_widths=(64, 64, 64, 64, 64)
    ),
    "grid-best": dataclasses.replace(POINTS_BEST, data="grid", nimg=6_000_000, lr=8e-3, g_widths=(64, 64, 64, 64)),
    "names-mlp": NAMES_MLP,
    "mnist-mlp": MNIST_MLP,
    "mnist-dcgan": MNIST_DCGAN,
    "fashion-dcgan": dataclasses.replace(MNIST_DCGAN, data="fashion-mnist"),
    "stacked-best": dataclasses.replace(
        MNIST_DCGAN, data="stacked-mnist", nimg=3_600_000, schedule="exponential", hold=0.35, gamma=0.3, fakes="shared",
        z_dim=128, g_widths=(96, 48),
    ),
    "mnist-style": MNIST_STYLE,
    "mnist-best": MNIST_STYLE,
    "fashion-style": dataclasses.replace(MNIST_STYLE, data="fashion-mnist"),
    "kanji-style": KANJI_STYLE,
    "kanji-style-64": KANJI_STYLE_64,
    "faces-style": FACES_STYLE,
    "faces-style-64": FACES_STYLE_64,
    "swinging-digits": SWINGING_DIGITS,
    "graphs": GRAPHS,
    "graphs-mlp": GRAPHS_MLP,
    "spoken-digits": SPOKEN_DIGITS,
    "spoken-digits-style": SPOKEN_DIGITS_STYLE,
    "faces-enlarge": FACES_ENLARGE,
    "kanji-enlarge": dataclasses.replace(FACES_ENLARGE, data="kanji", augment=""),
    "bach": BACH,
    "bach-seq": BACH_SEQ,
    "classic-1024": dataclasses.replace(CLASSIC, resolution=32, g_widths=(256, 512), d_widths=(512, 256)),
    "classic-small": dataclasses.replace(
        CLASSIC, lr=1e-3, beta1=0.9, g_widths=(256,), d_widths=(256,), end="sigmoid"
    ),
    "classic-784": dataclasses.replace(CLASSIC, g_widths=(256, 512, 1024), d_widths=(512, 256)),
    "classic-dcgan": dataclasses.replace(
        CLASSIC, network="dcgan", batch=256, lr=1e-4, beta1=0.9, g_widths=(256, 128, 64), d_widths=(64, 128),
        kernel=5, norm="batch", dropout=0.3,
    ),
}  # fmt: skip

# What a family that is asked for without a preset begins with: family -> the number of G's widths from which on it is
# -> a name in PRESETS.
FOR_FAMILY: dict[str, dict[int, str]] = {
    "dcgan": {0: "mnist-dcgan"}, "style": {0: "mnist-style", 5: "kanji-style"},
    "unet": {0: "faces-enlarge"},
}  # fmt: skip
FAMILY_DATA = "mnist"  # for one that is asked for without data
TASK_NETWORK = "unet"  # the family that learns the tasks


def preset_for(name: str | None, given: Mapping[str, Any]) -> TrainConfig:
    """The preset to start from: the one named, else the one that suits the data and network given.

    Raises:
        ConfigError: no such preset.
        DataError: no such data.
    """
    if name is not None:
        if name not in PRESETS:
            raise ConfigError(f"--preset is one of {', '.join(PRESETS)}, not {name!r:.60}")
        return PRESETS[name]
    network = network_of(given)
    data = given.get("data", FAMILY_DATA if network in FOR_FAMILY else "digits")
    source = dataset(data)
    if network in FOR_FAMILY and source.medium.sized:
        resolution = given.get("resolution", 0)
        widths: dict[str, Any] = ARCHITECTURES[network].default_widths(resolution or source.shape[-1])
        recipes = FOR_FAMILY[network]
        base = PRESETS[recipes[max(least for least in recipes if least <= len(widths["g_widths"]))]]
        return dataclasses.replace(base, condition="none", augment=AUTO, data=data, resolution=resolution, **widths)
    base = PRESETS[data if data in PRESETS else source.medium.preset]
    # What somebody brings need not have classes.
    return dataclasses.replace(base, condition="none") if prefix_of(data) else base


def network_of(given: Mapping[str, Any], default: str | None = None) -> str | None:
    """The family that some settings ask for by name or by a task; else the default."""
    asked = TASK_NETWORK if given.get("task", NO_TASK) != NO_TASK else default
    network: str | None = given.get("network", asked)
    return network
