"""Train a GAN: `python train.py --preset mnist-mlp --out runs/mine`, then open it in the app."""

import signal
import sys

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while torch loads ends it without a traceback

from gan.commands.parsing import answering
from gan.commands.program import main

if __name__ == "__main__":
    with answering():
        main(["train", *sys.argv[1:]])
