"""The OpenAPI document, made from what the tasks say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dashboard.api.openapi_chat import chat_operation, chat_schemas
from pipelines.predict import LONGEST_TEXT, MOST_RECORDS

VALUES: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
    "category": {"type": ["string", "number", "boolean", "null"]},
    "number": {"type": ["number", "null"]},
    "time": {"type": ["string", "null"]},
}
EXAMPLES: Mapping[str, Any] = {
    "text": "Arrived two days early and works perfectly.",
    "category": "web",
    "number": 12.5,
    "time": "2026-03-31",
}
ERRORS = {
    "400": "The request does not fit; the sentence says what was found and what is needed.",
    "401": "The server has a key, and the request did not bring it.",
    "404": "There is no such path or task.",
    "405": "The path does not take this method; the Allow header says which it takes.",
    "413": "The body is over the size limit.",
    "429": "Too many requests; the Retry-After header says how many seconds to wait.",
    "500": "A bug; its traceback is in the log of the server.",
    "503": "The server is being stopped; the Retry-After header says how many seconds to wait.",
}


def openapi_document(listing: Mapping[str, Any], root: str) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the API.

    Args:
        listing: the tasks, as `pipelines.listing.listing` gives them.
        root: path that the API is mounted at, such as "/api".
    """
    tasks = listing["tasks"]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Litmus",
            "version": _version(),
            "description": "Predictions of the same pipelines that the pages run.",
        },
        "servers": [{"url": root or "/"}],
        "paths": {
            "/health": {"get": _read("health", "Whether the server answers", "Health", [])},
            "/tasks": {"get": _read("tasks", "Every task with roles, models and metrics", "Tasks")},
            "/predict/{task}": {"post": _predict(tasks)},
            "/chat": {"post": {**chat_operation(), "responses": {
                **chat_operation()["responses"], **_failures(),
            }}},
            "/docs": {"get": _page()},
            "/openapi.json": {"get": _read("openapi", "This document", "OpenApi", [])},
        },
        "components": {
            "schemas": _schemas(tasks),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
        # Either key, or none where the server has none.
        "security": [{"bearer": []}, {"header": []}, {}],
    }


def record_name(task: str) -> str:
    """The name of the schema of a task's records: "loan-risk" gives "LoanRiskRecord"."""
    return "".join(part.capitalize() for part in task.split("-")) + "Record"


def _predict(tasks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operationId": "predict",
        "summary": "Predictions for records, in their order",
        "description": "Records name their values by the roles of the task. Models that learn "
        "first take rows to learn from as “training”, or are named bundle:NAME where whoever runs the "
        "server put their bundles into a folder (LITMUS_BUNDLES).",
        "parameters": [
            {
                "name": "task",
                "in": "path",
                "required": True,
                "description": "Name of the task.",
                "schema": {"type": "string", "enum": [task["task"] for task in tasks]},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _ref("PredictRequest"),
                    "examples": {
                        task["task"]: {"summary": task["question"], "value": _example(task)}
                        for task in tasks
                    },
                }
            },
        },
        "responses": {"200": _json("The predictions.", "PredictAnswer"), **_failures()},
    }


def _read(
    name: str, summary: str, schema: str, security: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    failing = ("405", "429", "500") if security == [] else ("401", "405", "429", "500")
    operation = {
        "operationId": name,
        "summary": summary,
        "responses": {"200": _json("The answer.", schema), **_failures(failing)},
    }
    # An empty list says that this route takes no key.
    return operation if security is None else {**operation, "security": security}


def _page() -> dict[str, Any]:
    return {
        "operationId": "docs",
        "summary": "This document as a page",
        "responses": {"200": {"description": "The page.", "content": {"text/html": {}}}},
        "security": [],
    }


def _schemas(tasks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **{record_name(task["task"]): _record(task) for task in tasks},
        "PredictRequest": {
            "type": "object",
            "required": ["records"],
            "additionalProperties": False,
            "properties": {
                "model": {
                    "type": "string",
                    "default": "default",
                    "description": "A model of the task, default, or bundle:NAME.",
                },
                "records": {
                    "type": "array",
                    "maxItems": MOST_RECORDS,
                    "items": {"anyOf": [_ref(record_name(task["task"])) for task in tasks]},
                },
                "training": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "Rows for a model that learns first, with values by role.",
                },
                "classes": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "The classes to choose from; all of the task when left out.",
                },
            },
        },
        "PredictAnswer": {
            "type": "object",
            "required": ["model", "predictions", "seconds"],
            "properties": {
                "model": {"type": "string", "description": "The model that answered."},
                "predictions": {"type": "array", "items": {"type": "object"}},
                "seconds": {"type": "number", "description": "Loading and predicting."},
                "warnings": {
                    "type": "array", "items": {"type": "string"},
                    "description": "How the rows of “training” were read, what was left out of them, "
                    "and what of the records could not be read.",
                },
            },
        },
        **chat_schemas(),
        "Health": {
            "type": "object",
            "required": ["status", "device", "models_loaded"],
            "properties": {
                "status": {"const": "ok"},
                "device": {"type": "string"},
                "models_loaded": {"type": "array", "items": {"type": "string"}},
            },
        },
        "Tasks": {
            "type": "object",
            "required": ["tasks"],
            "properties": {"tasks": {"type": "array", "items": {"type": "object"}}},
        },
        "OpenApi": {"type": "object"},
        "Error": {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"type": "string", "description": "One or two sentences."}},
        },
    }


def _record(task: Mapping[str, Any]) -> dict[str, Any]:
    if task["record"]:
        return {
            "type": "object", "title": task["title"], "description": task["question"],
            "required": [], "x-task": task["task"], "examples": [task["record"]],
            "properties": {
                name: {"description": description} for name, description in task["fields"].items()
            },
        }
    models = [
        card["id"] for card in task["models"] if not card["needs_labels"] and not card["baseline"]
    ]
    return {
        "type": "object",
        "title": task["title"],
        "description": f"{task['question']} Models: {', '.join(models) or 'none'}.",
        "required": [role["name"] for role in task["roles"] if role["required"]],
        "additionalProperties": False,
        "properties": {
            role["name"]: {**VALUES.get(role["kind"], {}), "description": role["description"]}
            for role in task["roles"]
        },
        "x-task": task["task"],
    }


def _example(task: Mapping[str, Any]) -> dict[str, Any]:
    record = task["record"] or {
        role["name"]: EXAMPLES.get(role["kind"], "…") for role in task["roles"] if role["required"]
    }
    return {"model": "default", "records": [record]}


def _failures(codes: tuple[str, ...] = tuple(ERRORS)) -> dict[str, Any]:
    return {code: _json(ERRORS[code], "Error") for code in codes}


def _json(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": _ref(schema)}},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _version() -> str:
    try:
        return version("litmus")
    except PackageNotFoundError:
        return "0.1.0"
