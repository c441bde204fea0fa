"""`push`, `deploy` and `export --static --space`: what the Hub holds afterwards, on a stub of it on loopback."""

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants
from PIL import Image

import gan
from core_fixtures import ROOT, tiny_model
from gan.commands import program, publish
from gan.data.sets import DATASETS
from gan.errors import ConfigError, HubError
from gan.models.checkpoint import load_model, save_model
from gan.models.encoders import load_encoder, new_encoder, save_encoder
from gan.publish import card, push, repositories, spaces
from gan.publish.card import inline, model_card
from gan.publish.repositories import MARK, merged_readme, split_readme
from hub_stub import Hub, Repository, hub

__all__ = ["hub"]


def run(*argv: object) -> None:
    """A command."""
    program.main([str(word) for word in argv])


def front(repository: Repository) -> dict[str, Any]:
    """What the Hub reads of a repository's README."""
    return split_readme(repository.files["README.md"].decode())[0]


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A measured model with an encoder, as files."""
    model = tiny_model(name="mine", condition="class")
    model.card["quality"] = {"samples": 500, "features": "judge-digits", "frechet": 1.25, "frechet_real": 0.5,
                             "warnings": ["few | pictures"]}  # fmt: skip
    save_model(model, tmp_path / "mine")
    encoder = new_encoder(model, "encoder", torch.Generator().manual_seed(0))
    save_encoder(model, encoder, "encoder", {}, tmp_path / "mine.safetensors")
    return tmp_path / "mine.safetensors"


# ---- push


def test_a_model_is_pushed_and_opened_again(hub: Hub, digits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("push", digits, "me/digits", "--private")
    assert f"published: {hub.url}/me/digits" in capsys.readouterr().out
    repository = hub.model("me/digits")
    names = {"model.safetensors", "model.json", "model.encoder.safetensors", "samples.png", "README.md"}
    assert repository.files.keys() == names
    assert repository.private
    assert repository.files["model.safetensors"] == digits.read_bytes()
    again = gan.load("me/digits")
    assert torch.equal(gan.sample(again, [3]), gan.sample(gan.load(digits), [3]))
    assert load_encoder(again) is not None
    with Image.open(io.BytesIO(repository.files["samples.png"])) as sheet:
        assert min(sheet.size) > 256
    run("push", digits, "me/digits")
    assert "nothing has changed" in capsys.readouterr().out
    assert len(repository.commits) == 2  # the empty one, and ours
    (digits.parent / "mine.encoder.safetensors").unlink()
    run("push", digits, "me/digits")
    assert repository.files.keys() == names - {"model.encoder.safetensors"}


def test_the_card_tells_what_the_hub_and_people_read(hub: Hub, digits: Path) -> None:
    assert gan.load(digits).push("me/digits") == f"{hub.url}/me/digits"
    repository = hub.model("me/digits")
    said = front(repository)
    (result,) = said.pop("model-index")[0]["results"]
    assert result["metrics"] == [
        {"type": "frechet", "name": "Fréchet distance (features of judge-digits)", "value": 1.25}
    ]
    assert said == {
        "library_name": "gan-atelier", "pipeline_tag": "unconditional-image-generation", "license": "cc-by-4.0",
        "tags": ["gan", "generative-adversarial-network", "gan-atelier", "mlp", "digits", "pictures"],
        "thumbnail": f"{hub.url}/me/digits/resolve/main/samples.png",
    }  # fmt: skip
    text = repository.files["README.md"].decode()
    assert "![Pictures of seeds 0 to 63](samples.png)" in text
    assert "| Fréchet distance | 1.250 | 0.500 |" in text
    assert "few \\| pictures." in text
    assert "| 5 | three |" in text  # seed 5 modulo 3 classes
    assert "are under the licence of the data: CC BY 4.0" in text
    assert 'gan.load("me/digits")' in text


def test_a_card_tells_no_path_of_this_machine() -> None:
    model = tiny_model()
    config = dataclasses.replace(model.config, data="folder:/home/me/pets", start="/home/me/old/model.safetensors")
    told = model_card(dataclasses.replace(model, config=config), "me/pets", {}, "https://hub")
    assert '"start": "model.safetensors"' in told
    assert "/home/me" not in told


def test_every_data_set_says_its_licence_and_no_other() -> None:
    stated = {info.licence for info in DATASETS.values()} - card.HUB_LICENCES.keys()
    assert len(stated) == 3  # of CIFAR-10, the faces and the chorales: the Hub has no word for them
    assert set(card.HUB_DATA) <= set(DATASETS)
    model = tiny_model()
    data = {"name": "folder:pictures", "label": "<b>Mine</b>", "licence": "as your pictures are"}
    config = dataclasses.replace(model.config, data="folder:pictures")
    own = dataclasses.replace(model, config=config, card=model.card | {"data": data})
    said = split_readme(model_card(own, "me/x", {}, "https://hub"))[0]
    assert (said["license"], said["license_name"]) == ("other", "as-your-pictures-are")
    assert split_readme(model_card(own, "me/x", {}, "https://hub", "cc0-1.0"))[0]["license"] == "cc0-1.0"
    push.check_licence(own, "cc0-1.0")
    for wrong, licence, words in (
        (model, "mit", "is that of its data: CC BY 4.0"),
        (own, "My Own", "as the Hub names"),
    ):
        with pytest.raises(ConfigError, match=words):
            push.check_licence(wrong, licence)
    assert inline("a|b\n<i>[x](y)") == "a\\|b &lt;i&gt;\\[x\\](y)"
    for name in ("mnist-style", "faces-enlarge-64", "names-mlp", "graphs-mlp", "live/ring"):
        shipped = load_model(name)
        text = model_card(shipped, "me/x", {"model.json": 1}, "https://hub")
        assert bool(shipped.task) == ("samples.png" not in text)


def test_faces_ask_first(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_model(name="faces")
    card_of = model.card | {"config": model.card["config"] | {"data": "faces"}}
    save_model(dataclasses.replace(model, card=card_of | {"data": {"name": "faces", "licence": "not settled"}},
                                   config=dataclasses.replace(model.config, data="faces")), tmp_path / "f")  # fmt: skip
    monkeypatch.setattr(publish, "load_model", lambda _: dataclasses.replace(
        model, config=dataclasses.replace(model.config, data="faces")))  # fmt: skip
    answers = {"": "--yes publishes it all the same", "n\n": "nothing was published", "y\n": ""}
    for typed, sentence in answers.items():
        terminal = io.StringIO(typed)
        monkeypatch.setattr(terminal, "isatty", lambda typed=typed: bool(typed))
        monkeypatch.setattr("sys.stdin", terminal)
        if sentence:
            with pytest.raises(ConfigError, match=sentence):
                run("push", "f", "me/faces")
            assert hub.asked == []
        else:
            run("push", "f", "me/faces")
    assert "**Research weights.**" in hub.model("me/faces").files["README.md"].decode()
    with pytest.raises(ConfigError, match="for research and teaching only: say that you agree"):
        push.push(publish.load_model("f"), "me/faces")


def test_what_keeps_a_push_from_the_hub_is_one_sentence(
    hub: Hub, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("digits", "me/digits@main", "me/../x", "a/b/c"):
        with pytest.raises(ConfigError, match="is named as in user/name"):
            run("push", digits, name)
    assert hub.asked == []
    hub.add("me/open", {})
    with pytest.raises(HubError, match="me/open is there already, for all to see"):
        run("push", digits, "me/open", "--private")
    assert hub.model("me/open").files == {}
    monkeypatch.setenv("HF_TOKEN", "hf_another")
    with pytest.raises(HubError, match="call `hf auth login` with a token that may"):
        run("push", digits, "me/digits")
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(HubError, match="cannot be reached"):
        run("push", digits, "me/digits")


def test_somebodys_own_readme_keeps_its_text() -> None:
    ours = f"---\ntitle: A\nsdk: static\n---\n{MARK}\nours\n"
    assert merged_readme("", ours) == (ours, False)
    assert merged_readme(ours, ours.replace("ours", "new")) == (ours.replace("ours", "new"), False)
    made = "---\ntitle: B\n---\n\nCheck out the configuration reference at https://huggingface.co/docs/hub/spaces-config-reference\n"
    assert merged_readme(made, ours) == (ours, False)  # what the Hub wrote itself
    text, kept = merged_readme("---\ntitle: B\npinned: true\n---\n# My own page\n", ours)
    assert kept and text.endswith("---\n# My own page\n")
    assert split_readme(text)[0] == {"title": "A", "pinned": True, "sdk": "static"}
    assert split_readme("---\na: [\n---\nx")[0] == {}


# ---- Spaces


@pytest.fixture
def program_of_two_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent of the program, so that no test sends 70 MB."""
    files = {name: ROOT / name for name in ("gan/version.py", "requirements.txt", "LICENSE")}
    monkeypatch.setattr(spaces, "program_files", lambda without: files)
    monkeypatch.setattr(spaces, "in_weights", lambda: ["mnist-mlp"])
    monkeypatch.setattr(spaces, "PAUSE", 0.0)


def test_the_app_is_deployed_and_waited_for(
    hub: Hub, digits: Path, program_of_two_files: None, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add(
        "me/digits", {"model.safetensors": digits.read_bytes(), "model.json": digits.with_suffix(".json").read_bytes()}
    )
    run("deploy", "me/atelier", "me/digits")
    told = capsys.readouterr().out
    assert "left out, as they are for research alone: faces-enlarge-64, faces-style-64" in told
    assert f"published: {hub.url}/spaces/me/atelier" in told and "building" in told
    assert told.endswith("it runs: https://me-atelier.hf.space\n")
    space = hub.space("me/atelier")
    assert (space.made["sdk"], space.hardware) == ("gradio", "zero-a10g")
    assert space.files.keys() == {
        "gan/version.py", "requirements.txt", "LICENSE", "README.md", "app.py", "models/thumbnail.png",
        "models/me-digits.safetensors", "models/me-digits.json",
    }  # fmt: skip
    assert 'main(["models/me-digits.safetensors"], door=globals())' in space.files["app.py"].decode()
    said = front(space)
    assert (said["models"], said["datasets"], said["app_file"]) == (["me/digits"], ["ylecun/mnist"], "app.py")
    assert said["thumbnail"] == f"{hub.url}/spaces/me/atelier/resolve/main/models/thumbnail.png"
    commits = len(space.commits)
    space.files["gan/old.py"] = b""  # of a version before
    run("deploy", "me/atelier", "me/digits", "--hardware", "cpu-basic", "--wait", "0")
    assert "gan/old.py" not in space.files
    assert space.hardware == "cpu-basic"
    run("deploy", "me/atelier", "me/digits", "--hardware", "cpu-basic")
    assert len(space.commits) == commits + 1
    space.stages[:] = ["BUILD_ERROR"]
    with pytest.raises(HubError, match=r"does not run \(BUILD_ERROR\): its page says why"):
        run("deploy", "me/atelier", "me/digits")
    space.stages[:] = ["BUILDING"]
    with pytest.raises(HubError, match="is not up after 0 s"):
        spaces.await_running("me/atelier", repositories.Published("", "", False, False), 0.0, print)
    with pytest.raises(ConfigError, match="--hardware is cpu-basic"):
        run("deploy", "me/atelier", "--hardware", "warp")


def test_what_is_sent_of_the_program() -> None:
    sent = spaces.program_files(("faces-style-64",))
    assert {"gan/commands/serve.py", "gan/ui/browser/core/views.js", "weights/mnist-style.safetensors", "train.py",
            "requirements.txt", "docs/host.md"} <= sent.keys()  # fmt: skip
    assert not [name for name in sent if name.startswith(("tests/", "bench/", ".")) or "faces-style-64" in name]
    assert not [name for name in sent if "__pycache__" in name]
    assert "weights/faces-enlarge-64.safetensors" in sent
    # The app of a Space is that of a checkout.
    assert spaces.APP.format(models="") == (ROOT / "app.py").read_text()


def test_the_readme_of_a_checkout_reads_like_that_of_a_space() -> None:
    said = split_readme((ROOT / "README.md").read_text())[0]
    kept = {key: value for key, value in spaces.FRONT.items() if key != "sdk_version"}
    assert said | kept == said
    assert said["datasets"] and said["tags"][:3] == list(card.TAGS)


def test_a_static_page_is_a_space_of_its_own(hub: Hub, digits: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    argv = ("export", "--static", site, digits, "--space", "me/page")
    run(*argv)
    assert hub.asked == []
    before = {path.name: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    run(*argv, "--push")
    assert {path.name: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    space = hub.space("me/page")
    assert space.made["sdk"] == "static"
    assert {Path(name).name for name in space.files} == before.keys()
    said = front(space)
    assert (said["sdk"], said["app_file"], said["license"]) == ("static", "index.html", "cc-by-4.0")
    assert "sdk_version" not in said
    assert not spaces.push_site("me/page", site, [name for name in space.files if name != "README.md"]).changed
    assert len(space.commits) == 2
    for wrong in (("--push",), ("--space", "me/page", "--private"), ("--space", "page")):
        with pytest.raises(ConfigError, match=r"--push need|is named as in user/name"):
            run("export", "--static", site, digits, *wrong)
    with pytest.raises(ConfigError, match="belong to --static"):
        run("export", digits, "--out", tmp_path / "x", "--push")
