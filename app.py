"""The web app: `python app.py [MODEL ...]`, then open http://127.0.0.1:7860."""

from gan.commands.parsing import answering
from gan.commands.serve import main

if __name__ == "__main__":
    with answering():
        main(door=globals())
