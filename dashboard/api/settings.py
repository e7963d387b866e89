"""What an operator decides about the API, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from data.errors import OptionError


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """Limits and access of the API.

    Attributes:
        key: what callers have to send; empty lets everyone in.
        max_body_mb: megabytes (10⁶ bytes) of the largest request body.
        rate_per_minute: requests a client may send a minute; 0 for any number.
        hub_models: whether callers may name models of the Hugging Face Hub, which are downloaded.
        jobs: predictions computed at the same time.
        waiting: predictions that wait for their turn; further ones are turned away.
    """

    key: str = ""
    max_body_mb: float = 10
    rate_per_minute: int = 600
    hub_models: bool = False
    jobs: int = 2
    waiting: int = 32

    @property
    def max_body_bytes(self) -> int:
        """Bytes of the largest request body."""
        return int(self.max_body_mb * 1_000_000)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ApiSettings:
        """The settings that LITMUS_API_* variables ask for.

        Raises:
            OptionError: a variable has a value that it cannot have.
        """
        return cls(
            key=environment.get("LITMUS_API_KEY", "").strip(),
            max_body_mb=_number(environment, "LITMUS_API_MAX_BODY_MB", "10", least=0.001),
            rate_per_minute=int(_number(environment, "LITMUS_API_RATE_PER_MINUTE", "600", least=0)),
            hub_models=_switch(environment, "LITMUS_API_HUB_MODELS"),
        )


def refuse_hub_model(model: str, settings: ApiSettings) -> None:
    """Turn away a model of the Hub where the operator did not allow them.

    Raises:
        OptionError: with the switch that allows them.
    """
    if model.startswith("hub:") and not settings.hub_models:
        raise OptionError(
            "Models from the Hugging Face Hub are switched off here; whoever runs the server can "
            "allow them with LITMUS_API_HUB_MODELS=on."
        )


def _number(environment: Mapping[str, str], name: str, default: str, least: float) -> float:
    text = environment.get(name, "").strip() or default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= 1_000_000:
        raise OptionError(
            f"{name} is “{text}”, but has to be a number from {least:g} to 1,000,000."
        )
    return number


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower() or "off"
    if text not in ("on", "off"):
        raise OptionError(f"{name} is “{text}”, but has to be on or off.")
    return text == "on"
