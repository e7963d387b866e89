"""Brings a model to generate with into memory: SmolLM2, or one from the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from data.errors import OptionError
from pipelines.generation.causal import CausalModel
from pipelines.generation.chat import SMOLLM
from pipelines.generation.smollm import model_folder
from pipelines.progress import SILENT, Progress
from pipelines.registry import HUB_NAME
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError, fetch
from pipelines.runtime.packaged import WeightsError
from pipelines.runtime.residents import RESIDENTS


def load_model(
    model: str = "default", device: str = "auto", progress: Progress = SILENT
) -> CausalModel:
    """The model of that name: `default`, `smollm2` or `hub:OWNER/NAME@REVISION`.

    Raises:
        OptionError: there is no such model.
        WeightsError, HubError: it is not here and cannot be fetched.
    """
    if model in ("default", SMOLLM):
        return smollm(device, progress)
    found = HUB_NAME.fullmatch(model)
    if found is None:
        raise OptionError(
            f"There is no model “{model}” to generate with; there is {SMOLLM}, and "
            "hub:OWNER/NAME@REVISION for models of the Hugging Face Hub."
        )
    return hub_model(found["name"], found["revision"] or "", device)[0]


def smollm(device: str = "auto", progress: Progress = SILENT) -> CausalModel:
    """SmolLM2-135M-Instruct (Apache-2.0).

    Raises:
        WeightsError: it is neither installed nor within reach.
    """
    where = choose_device(device)

    def load() -> CausalModel:
        folder, name = model_folder(progress)
        progress.stage("SmolLM2: loading", 0)
        try:
            return _load(folder, name, where)
        except (ValueError, OSError, KeyError, RuntimeError) as error:
            raise WeightsError(
                "The weights of SmolLM2 cannot be read; install the requirements again."
            ) from error

    return RESIDENTS.get((SMOLLM, where.type), load)


def hub_model(name: str, revision: str, device: str = "auto") -> tuple[CausalModel, str]:
    """A causal model of the Hub and the commit it is pinned to.

    Raises:
        HubError: it cannot be fetched, or is no causal language model.
    """
    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> CausalModel:
        from huggingface_hub.errors import StrictDataclassError
        from safetensors import SafetensorError

        try:
            return _load(folder, f"{name}@{commit}", where)
        except (ValueError, OSError, KeyError, RuntimeError, SafetensorError,
                StrictDataclassError) as error:
            raise HubError(
                f"The model {name} cannot be read as a model that writes text."
            ) from error

    return RESIDENTS.get((f"hub-causal:{name}@{commit}", where.type), load), commit


def _load(folder: Path, name: str, where: torch.device) -> CausalModel:
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    quiet: Any = transformers_logging.disable_progress_bar
    quiet()

    kind: Any = AutoModelForCausalLM
    model, found = kind.from_pretrained(
        folder, use_safetensors=True, trust_remote_code=False, local_files_only=True,
        output_loading_info=True, dtype=torch.float32,
    )
    if found["missing_keys"]:
        raise ValueError("weights are missing")
    tokenizer = AutoTokenizer.from_pretrained(
        folder, trust_remote_code=False, local_files_only=True
    )
    return CausalModel(name, model, tokenizer, where)
