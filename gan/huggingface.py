"""The Hub of Hugging Face: how its repositories are named, and what keeps it from answering, in one sentence.

HF_ENDPOINT, HF_HUB_OFFLINE, HF_HOME and tokens mean what they mean to huggingface_hub, which is imported by the
functions that ask the Hub: few sessions do.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from gan.errors import HubError, reason

log = logging.getLogger(__name__)
T = TypeVar("T")
HUB = "hub:"  # what names of models and of data on the Hub may begin with
MAIN = "main"  # the branch that a name without a revision means
SECONDS = 10.0  # that one answer about a repository may take
PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
REPOSITORY = rf"{PART}/{PART}"  # the form of a name such as user/name
REVISION = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,200}"  # the form of a branch, a tag or a commit


def newest_or_kept(what: str, newest: Callable[[], T], kept: Callable[[], T | None]) -> T:
    """What the Hub has of `what`, a repository, now; where it cannot be asked, what was fetched before, says the log.

    The errors of huggingface_hub are left as they are, for `hub_answers` around this. A refusal is an answer.

    Args:
        newest: asks the Hub.
        kept: looks into the cache; None where it lacks it.
    """
    try:
        return newest()
    except (http_error(), ConnectionError) as error:
        status = status_of(error)
        if status is not None and status < 500:
            raise
        found = kept()
        if found is None:
            raise
        log.warning("the Hub cannot be asked for %s now: what was fetched before is used", what)
        return found


def http_error() -> type[Exception]:
    """What a request that fails raises: httpx's or httpx2's, as huggingface_hub has the one or the other."""
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]

    return HTTPError


def status_of(error: BaseException) -> int | None:
    """The status of the Hub's answer behind an error; None where there was no answer."""
    response = getattr(error, "response", None)
    return None if response is None else int(response.status_code)


@contextmanager
def hub_answers(what: str) -> Iterator[None]:
    """Turn whatever keeps the Hub from doing something for `what`, a repository, into a HubError of one sentence."""
    from huggingface_hub import constants
    from huggingface_hub import errors as hub_errors

    try:
        yield
    except hub_errors.GatedRepoError as error:
        raise HubError(f"{what} is given only to those whom its owner lets have it: ask for it on its page") from error
    except hub_errors.RepositoryNotFoundError as error:
        raise HubError(f"there is no {what} on the Hub, or it is private and `hf auth login` is missing") from error
    except hub_errors.RevisionNotFoundError as error:
        raise HubError(f"{what} on the Hub has no such revision") from error
    except hub_errors.LocalTokenNotFoundError as error:
        raise HubError("the Hub does not know who you are: call `hf auth login` first") from error
    except hub_errors.HFValidationError as error:
        raise HubError(f"{what!r:.80} is no name that the Hub takes") from error
    except (hub_errors.OfflineModeIsEnabled, hub_errors.LocalEntryNotFoundError) as error:
        raise HubError(f"{what} was never fetched, and the Hub cannot be reached: the network is off") from error
    except hub_errors.HfHubHTTPError as error:
        status = status_of(error)
        if status in (401, 403):
            raise HubError(
                f"the Hub does not let you do this to {what}: call `hf auth login` with a token that may"
            ) from error
        raise HubError(f"the Hub does not do its part for {what} now: it answers with status {status}") from error
    except (http_error(), ConnectionError, TimeoutError) as error:
        raise HubError(f"{what} is not to be had: the Hub at {constants.ENDPOINT} cannot be reached") from error
    except OSError as error:
        raise HubError(f"{what} cannot be kept on this machine: {reason(error)}") from error
    except (ValueError, KeyError, TypeError) as error:  # what a captive portal answers is no JSON
        raise HubError(f"what {constants.ENDPOINT} answers about {what} is not what a Hub would") from error
