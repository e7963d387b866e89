"""The part of the OpenAPI document that describes POST /chat."""

from __future__ import annotations

from typing import Any

from dashboard.api.chat_body import MOST_MESSAGES, ROLES
from pipelines.generation.sampling import HIGHEST_TEMPERATURE, MOST_TOKENS, Sampling

EXAMPLE = {
    "messages": [{"role": "user", "content": "Name three colours of the rainbow."}],
    "temperature": 0.7,
    "max_tokens": 256,
    "stream": False,
}


def chat_operation() -> dict[str, Any]:
    """The operation, without the answers to what fails."""
    return {
        "operationId": "chat",
        "summary": "The next reply of a conversation",
        "description": "With “stream” the reply comes as server-sent events: "
        'data: {"delta": "…"} for each piece, then data: {"done": true, …} with the reason, the '
        "tokens and the seconds. Oldest turns that no longer fit are left out. Writing stops when "
        "the client hangs up.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/ChatRequest"},
                    "examples": {"chat": {"summary": "A question", "value": EXAMPLE}},
                }
            },
        },
        "responses": {
            "200": {
                "description": "The reply.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/ChatAnswer"}},
                    "text/event-stream": {"schema": {"type": "string"}},
                },
            }
        },
    }


def chat_schemas() -> dict[str, Any]:
    """The schemas of the request and of the whole answer."""
    default = Sampling()
    message = {
        "type": "object",
        "required": ["role", "content"],
        "additionalProperties": False,
        "properties": {
            "role": {"type": "string", "enum": list(ROLES)},
            "content": {"type": "string", "minLength": 1},
        },
    }
    return {
        "ChatRequest": {
            "type": "object",
            "title": "Chat",
            "description": "A conversation whose last message is the user's.",
            "required": ["messages"],
            "additionalProperties": False,
            "properties": {
                "messages": {
                    "type": "array", "minItems": 1, "maxItems": MOST_MESSAGES, "items": message,
                    "description": "role is system, user or assistant; content is a text",
                },
                "model": {
                    "type": "string", "default": "default",
                    "description": "default, smollm2, or hub:OWNER/NAME@REVISION where allowed",
                },
                "temperature": {
                    "type": "number", "default": default.temperature, "minimum": 0,
                    "maximum": HIGHEST_TEMPERATURE,
                    "description": "0 always takes the likeliest token",
                },
                "top_p": {
                    "type": "number", "default": default.top_p, "exclusiveMinimum": 0,
                    "maximum": 1,
                    "description": "draws from the likeliest tokens of this probability",
                },
                "max_tokens": {
                    "type": "integer", "default": default.max_tokens, "minimum": 1,
                    "maximum": MOST_TOKENS, "description": "the reply ends after so many tokens",
                },
                "seed": {
                    "type": "integer", "default": default.seed, "minimum": 0,
                    "description": "the same seed gives the same reply",
                },
                "stream": {
                    "type": "boolean", "default": False,
                    "description": "whether the reply comes piece by piece",
                },
            },
        },
        "ChatAnswer": {
            "type": "object",
            "required": ["model", "message", "finish_reason", "usage", "seconds"],
            "properties": {
                "model": {"type": "string", "description": "The model that answered."},
                "message": message,
                "finish_reason": {"type": "string", "enum": ["stop", "length", "stopped"]},
                "usage": {
                    "type": "object",
                    "required": ["prompt_tokens", "completion_tokens"],
                    "properties": {
                        "prompt_tokens": {"type": "integer"},
                        "completion_tokens": {"type": "integer"},
                    },
                },
                "seconds": {"type": "number", "description": "Loading and writing."},
            },
        },
    }
