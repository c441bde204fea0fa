"""Gradio's page as it is sent: all of what it says but the endpoints, which programs ask for elsewhere."""

import json
from typing import Any

from gan.ui.shell.first_script import CONFIG, without_endpoints

ENDPOINTS: dict[str, Any] = {
    "components": [{"id": 1, "type": "html", "text": "</script> 图 'é' &"}, {"id": 2, "type": "api"}],
    "dependencies": [{"id": 0, "inputs": [1], "outputs": []}, {"id": 1, "inputs": [], "outputs": [2]}],
    "layout": {"id": 0, "children": [{"id": 1}, {"id": 2}]},
    "page": {"": {"components": [1, 2], "dependencies": [0, 1], "layout": {"id": 0, "children": [{"id": 2}]}}},
}


def test_endpoints_are_left_out_and_nothing_else() -> None:
    page = b"<script>" + CONFIG + json.dumps(ENDPOINTS).replace("<", "\\u003c").encode() + b";</script><p>rest"
    page += b"<script>window.gradio_api_info = {" + b'"named_endpoints": {"/sample": {"a": 1}}};</script>'
    sent = without_endpoints(page).decode()
    before, _, after = sent.partition(CONFIG.decode())
    config, end = json.JSONDecoder().raw_decode(after)
    assert (before, after[end:].partition("<p>")[0]) == ("<script>", ";</script>")
    assert "</script>" not in after[:end], "no text may end the script"
    assert config["components"] == ENDPOINTS["components"][:1]
    assert config["dependencies"] == ENDPOINTS["dependencies"][:1]
    assert config["layout"]["children"] == [{"id": 1}]
    assert config["page"][""] == {"components": [1], "dependencies": [0], "layout": {"id": 0, "children": []}}
    assert sent.endswith('window.gradio_api_info = {"named_endpoints":{},"unnamed_endpoints":{}};</script>')
    assert without_endpoints(b"<p>no page of gradio's") == b"<p>no page of gradio's"
