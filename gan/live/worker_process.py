"""What a live run's own process does: listen to commands and train between them. The other end is `WorkerClient`."""

import logging
import time
from multiprocessing.connection import Connection

import torch

from gan.errors import DivergedError, GanError, ModelError
from gan.live.commands import Answer, Leave, Refusal, Request, checked
from gan.live.worker import Worker

log = logging.getLogger(__name__)
LISTEN_SECONDS = 0.02  # how often a run that trains looks for a command


def serve(conn: Connection) -> None:
    """Do what the other end says until it says Leave or goes away."""
    torch.set_num_threads(1)
    worker = Worker(conn.send)
    listened = 0.0
    while True:
        try:
            while not worker.running or time.perf_counter() - listened >= LISTEN_SECONDS:
                listened = time.perf_counter()
                if worker.running and not conn.poll():
                    break
                message = conn.recv()
                if isinstance(message, Leave):
                    conn.close()
                    return
                conn.send(answer(worker, message))
            worker.work()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            conn.close()
            return
        except DivergedError as error:
            worker.end_diverged(str(error))


def answer(worker: Worker, request: Request) -> Answer | Refusal:
    """Carry out a command."""
    try:
        return Answer(request.number, checked(request.command).carry_out(worker))
    except DivergedError as error:
        worker.end_diverged(str(error))
        return Answer(request.number, None)
    except ModelError as error:  # its sentence names a file of this machine
        log.warning("%s", error, exc_info=error)
        return Refusal(request.number, "the trained networks of this set-up are damaged on this machine")
    except GanError as error:
        if error.__cause__ is not None:
            log.warning("%s", error, exc_info=error)
        return Refusal(request.number, str(error))
