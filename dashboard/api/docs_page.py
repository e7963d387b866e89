"""The OpenAPI document as one page that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from dashboard.api.openapi import record_name

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c2330, #e6e9ef);
  --soft: light-dark(#5b6575, #a3adbd); --line: light-dark(#dfe3ea, #333b49);
  --back: light-dark(#ffffff, #12161d); --block: light-dark(#f5f6f9, #1b212b);
  --accent: light-dark(#0b6e6e, #5cc8c2); }
body { margin: 0 auto; max-width: 54rem; padding: 2rem 1.25rem 4rem; background: var(--back);
  color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
h2 code { color: var(--accent); }
p, dd { color: var(--soft); } a { color: var(--accent); }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; } h2 code { font-size: 1.1rem; }
pre { background: var(--block); border: 1px solid var(--line); border-radius: 6px;
  padding: 0.75rem 1rem; overflow-x: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.75rem 0.35rem 0;
  text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def docs_page(document: Mapping[str, Any], address: str) -> str:
    """The page.

    Args:
        document: what `openapi_document` gives.
        address: where the API is reached, for the examples.
    """
    info = document["info"]
    schemas = document["components"]["schemas"]
    sections = "\n".join(
        _operation(path, method, operation, schemas, address)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    root = escape(document["servers"][0]["url"].rstrip("/"), quote=True)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(info["title"])} API</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(info["title"])} API {escape(info["version"])}</h1>
<p>{escape(info["description"])} For programs: <a href="{root}/openapi.json">openapi.json</a>.</p>
<p>Where the server has a key, send it as <code>Authorization: Bearer KEY</code> or
<code>X-API-Key: KEY</code>.</p>
{sections}
<h2>Errors</h2>
<p>Every error is JSON: <code>{{"error": "what was found, what is needed, what to do"}}</code></p>
{_errors(document)}
</main>
</body>
</html>
"""


def _operation(
    path: str,
    method: str,
    operation: Mapping[str, Any],
    schemas: Mapping[str, Any],
    address: str,
) -> str:
    parts = [
        f"<section><h2><code>{method.upper()} {escape(path)}</code></h2>",
        f"<p>{escape(operation['summary'])}. {escape(operation.get('description', ''))}"
        f"{' No key needed.' if operation.get('security') == [] else ''}</p>",
    ]
    rows = [
        (each["name"], each["in"], each["description"], ", ".join(each["schema"]["enum"]))
        for each in operation.get("parameters", ())
    ]
    if rows:
        parts.append(_table(("Parameter", "In", "Meaning", "Values"), rows))
    examples = _examples(operation)
    if not examples:
        parts.append(f"<pre>curl {escape(shlex.quote(address + path))}</pre>")
    for task, example in examples.items():
        url = address + path.replace("{task}", task)
        # The one operation that is not of a task has a request of its own.
        record = schemas["ChatRequest" if path == "/chat" else record_name(task)]
        parts.append(_task(task, example["value"], record, url))
    return "\n".join([*parts, "</section>"])


def _examples(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    examples: Mapping[str, Any] = content.get("application/json", {}).get("examples", {})
    return examples


def _task(task: str, example: Any, record: Mapping[str, Any], url: str) -> str:
    rows = [
        (
            name,
            _type(value),
            _needed(name, value, record),
            value["description"],
        )
        for name, value in record["properties"].items()
    ]
    body = json.dumps(example, ensure_ascii=False)
    command = (
        f"curl {shlex.quote(url)} \\\n  -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(body)}"
    )
    return (
        f"<h3>{escape(record['title'])}: <code>{escape(task)}</code></h3>"
        f"<p>{escape(record['description'])}</p>"
        + _table(("Value", "Type", "Needed", "Meaning"), rows)
        + f"<pre>{escape(command)}</pre>"
    )


def _needed(name: str, value: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    if name in record["required"]:
        return "required"
    if "default" in value:
        return f"{json.dumps(value['default']).strip(chr(34))} if left out"
    return "not used to predict"


def _type(value: Mapping[str, Any]) -> str:
    kind = value.get("type", "any")
    return kind if isinstance(kind, str) else " or ".join(kind)


def _errors(document: Mapping[str, Any]) -> str:
    found = {
        code: answer["description"]
        for operations in document["paths"].values()
        for operation in operations.values()
        for code, answer in operation["responses"].items()
        if code != "200"
    }
    return _table(("Status", "When"), sorted(found.items()))


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
