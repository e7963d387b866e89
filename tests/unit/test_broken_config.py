"""A Hub model whose configuration holds nonsense is refused in a sentence, by every text loader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.generation import loading
from pipelines.runtime import hub, readers, sequence_model
from pipelines.runtime.hub import HubError
from tests.tiny_hub import write_tiny_classifier

LOADERS: dict[str, tuple[object, Callable[[], object]]] = {
    "classifier": (hub, lambda: hub.hub_classifier("someone/tiny", "v1")),
    "reader": (readers, lambda: readers.hub_reader("someone/tiny", "v1")),
    "writer": (loading, lambda: loading.hub_model("someone/tiny", "v1")),
    "sequences": (sequence_model, lambda: sequence_model.hub_sequence_model("someone/tiny", "v1")),
}


@pytest.mark.parametrize("kind", LOADERS)
def test_a_configuration_of_the_wrong_types_is_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_tiny_classifier(tmp_path / "tiny", ["a", "b"])
    config = json.loads((folder / "config.json").read_text())
    config["hidden_size"] = "many"
    (folder / "config.json").write_text(json.dumps(config))
    module, load = LOADERS[kind]
    monkeypatch.setattr(module, "fetch", lambda name, revision: (folder, "0123abc"))
    with pytest.raises(HubError, match="cannot be read as"):
        load()
