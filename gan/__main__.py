"""`python -m gan COMMAND ...`: use a trained GAN."""

from gan.commands.parsing import answering
from gan.commands.use import main

if __name__ == "__main__":
    with answering():
        main()
