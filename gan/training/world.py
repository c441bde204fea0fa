"""World: the processes that train one run together, and what they tell each other.

Every process draws the same random numbers and takes its own rows of each batch, so that all of them together make the
steps of one process. Gradients are averaged by hand: DistributedDataParallel breaks where a penalty is differentiated
alone. Started by torchrun, which sets RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed

from gan.errors import ConfigError, RunError
from gan.numbers import digits

DEVICES = ("auto", "cpu", "cuda", "mps")
SAID = ("WORLD_SIZE", "RANK", "MASTER_ADDR", "MASTER_PORT")
TIMEOUT = timedelta(seconds=25)  # after which a process that says nothing within a step counts as gone
PATIENCE = timedelta(minutes=30)  # and while data are read, speeds measured or files written


@dataclass(frozen=True)
class World:
    """This process among those of the run; alone by default.

    Attributes:
        rank: its number; 0 is the one that writes and speaks.
        size: how many there are.
        steps: how they talk within a step, where silence is soon taken for an end.
    """

    rank: int = 0
    size: int = 1
    steps: distributed.ProcessGroup | None = None

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files and speaks."""
        return self.rank == 0

    def part(self, batch: int) -> slice:
        """The rows of a batch that are this process's.

        Raises:
            ConfigError: the batch cannot be shared evenly.
        """
        if batch % self.size:
            raise ConfigError(f"--batch must be a multiple of the {self.size} processes, not {batch}")
        share = batch // self.size
        return slice(self.rank * share, (self.rank + 1) * share)

    def mean_(self, tensors: Sequence[Tensor], flag: bool = False) -> bool:
        """Replace tensors of one type by their mean over the processes; whether any of these raised its flag.

        One message for all of them, in the order given.

        Raises:
            RunError: another process is gone.
        """
        if self.size == 1:
            return flag
        flat = torch.cat([*(tensor.flatten() for tensor in tensors), tensors[0].new_tensor([float(flag)])])
        with talking():
            distributed.all_reduce(flat, group=self.steps)
        flat /= self.size
        *means, raised = flat.split([*(tensor.numel() for tensor in tensors), 1])
        for tensor, mean in zip(tensors, means, strict=True):
            tensor.copy_(mean.view_as(tensor))
        return bool(raised.item() > 0)

    def wait(self, device: torch.device) -> None:
        """Return when all processes are here, however long one of them writes.

        Raises:
            RunError: another process is gone.
        """
        if self.size > 1:
            with talking():
                distributed.all_reduce(torch.zeros(1, device=device))

    def shared(self, content: Callable[[], bytes], device: torch.device) -> bytes:
        """The bytes that the first process makes, in all of them; an error of its own is raised in each.

        Raises:
            RunError: another process is gone, or the first one could not make them.
        """
        if self.size == 1:
            return content()
        payload, failed = b"", None
        if self.first:
            try:
                payload = content()
            except Exception as error:  # told to the others first
                failed = error
        length = torch.tensor([-1 if failed else len(payload)], device=device)
        with talking():
            distributed.broadcast(length, 0)
        if failed is not None:
            raise failed
        if length.item() < 0:
            raise RunError("the first process of this run could not go on: it says why")
        values = torch.frombuffer(bytearray(payload or int(length) * b"\0"), dtype=torch.uint8).to(device)
        with talking():
            distributed.broadcast(values, 0)
        return values.cpu().numpy().tobytes()


ALONE = World()


@contextmanager
def talking() -> Iterator[None]:
    """Turn what torch raises when another process is gone into one sentence."""
    try:
        yield
    except (distributed.DistError, RuntimeError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError(
            "another process of this run is gone, so this one ends too; a run that had begun goes on from its last "
            "save: start it again with --resume and its folder"
        ) from error


@contextmanager
def joined(device: str, environment: Mapping[str, str] | None = None) -> Iterator[World]:
    """The world that torchrun made, left at the end; ALONE where there is none.

    Raises:
        ConfigError: the environment is not torchrun's.
        RunError: the others do not come.
    """
    environ = os.environ if environment is None else environment
    if environ.get("WORLD_SIZE", "1") == "1":
        yield ALONE
        return
    rank, size, port = (digits(environ.get(name, "")) for name in ("RANK", "WORLD_SIZE", "MASTER_PORT"))
    if (
        rank is None or size is None or port is None
        or not (rank < size and 0 < port < 2**16 and environ.get("MASTER_ADDR"))
    ):  # fmt: skip
        raise ConfigError(f"several processes are started by torchrun, which sets {', '.join(SAID)} to fit one another")
    with talking():
        distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo", timeout=PATIENCE)
        steps = distributed.new_group(timeout=TIMEOUT)
    try:
        yield World(rank, size, None if isinstance(steps, int) else steps)
    finally:
        distributed.destroy_process_group()


def device_named(name: str) -> str:
    """ "cpu", "cuda" or "mps" of a name in DEVICES: auto takes a GPU of NVIDIA's or AMD's if there is one.

    A ZeroGPU Space says that there is one, but lends it to its own functions alone.

    Raises:
        ConfigError: another name, or there is no such GPU.
    """
    if name not in DEVICES:
        raise ConfigError(f"--device is one of {', '.join(DEVICES)}, not {name!r:.40}")
    found = torch.cuda.is_available() and not os.environ.get("SPACES_ZERO_GPU")
    if name == "cuda" and not found:
        raise ConfigError("--device cuda: there is no GPU here")
    if name == "mps":
        if not torch.backends.mps.is_available():
            raise ConfigError("--device mps: there is no GPU of Apple's here")
        return name
    return "cuda" if found and name != "cpu" else "cpu"


def local_device(kind: str, environment: Mapping[str, str] | None = None) -> str:
    """The device of this process: of several GPUs the one with its number on this machine.

    Raises:
        ConfigError: there are fewer.
    """
    environ = os.environ if environment is None else environment
    if kind != "cuda" or "LOCAL_RANK" not in environ:
        return kind
    number, count = environ["LOCAL_RANK"], torch.cuda.device_count()
    if number not in map(str, range(count)):
        raise ConfigError(
            f"this process is to take GPU {number:.9}, and {count} are here: start as many, or --device cpu"
        )
    return f"cuda:{number}"
