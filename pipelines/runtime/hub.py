"""Models of the Hugging Face Hub: pinned by revision, safetensors only, no remote code."""

from __future__ import annotations

from pathlib import Path

from data.errors import LitmusError
from pipelines.runtime.device import choose_device
from pipelines.runtime.residents import RESIDENTS
from pipelines.runtime.text_model import TextModel, logits

FILES = ["*.json", "*.txt", "*.model", "*.spm", "*.safetensors"]
WAIT_SECONDS = 5


class HubError(LitmusError):
    """The Hub cannot be reached, or the model is not one that Litmus reads."""


def fetch(name: str, revision: str) -> tuple[Path, str]:
    """The folder of a Hub model and the commit it was pinned to; from the local cache if there.

    Args:
        name: OWNER/NAME.
        revision: commit, tag or branch; empty takes the newest commit and pins it.

    Raises:
        HubError: no network, no such model, no access, or no safetensors weights.
    """
    from httpx2 import HTTPError
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    offer = "The packaged models still work."
    try:
        folder = Path(
            snapshot_download(
                name, revision=revision or None, allow_patterns=FILES, etag_timeout=WAIT_SECONDS
            )
        )
    except GatedRepoError as error:
        raise HubError(f"The model {name} asks for permission on the Hub. {offer}") from error
    except RevisionNotFoundError as error:
        raise HubError(f"The model {name} has no revision {revision}. {offer}") from error
    except (LocalEntryNotFoundError, HfHubHTTPError, HTTPError, OSError) as error:
        if isinstance(error, RepositoryNotFoundError):
            raise HubError(f"The Hub has no model {name}. {offer}") from error
        raise HubError(
            f"The Hugging Face Hub cannot be reached and {name} is not on this machine. {offer}"
        ) from error
    if not any(folder.glob("*.safetensors")):
        raise HubError(f"The model {name} has no safetensors weights. {offer}")
    return folder, folder.name


def hub_classifier(name: str, revision: str, device: str = "auto") -> tuple[TextModel, str]:
    """A sequence classifier from the Hub and the commit it is pinned to.

    Raises:
        HubError: as `fetch`, or the model is not a text classifier.
    """
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> TextModel:
        try:
            model, found = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, trust_remote_code=False, local_files_only=True,
                output_loading_info=True,
            )
            tokenizer = AutoTokenizer.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
        except (ValueError, OSError, KeyError, RuntimeError, SafetensorError,
                StrictDataclassError) as error:
            raise HubError(f"The model {name} cannot be read as a text classifier.") from error
        if found["missing_keys"]:
            raise HubError(
                f"The model {name} has no trained classifier, so its answers would be random; "
                "choose a text-classification model."
            )
        return TextModel(
            f"{name}@{commit}", model, tokenizer, where, logits,
            lambda outputs: outputs.softmax(dim=1),
        )

    return RESIDENTS.get((f"hub:{name}@{commit}", where.type), load), commit
