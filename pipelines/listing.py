"""Every task with its roles, models, metrics and options, for people and for programs."""

from __future__ import annotations

from typing import Any

from pipelines.registry import all_tasks


def listing() -> dict[str, Any]:
    """The tasks as JSON values, the same for `list --json` and GET /api/tasks."""
    return {
        "tasks": [
            {
                "task": task.slug,
                "title": task.title,
                "question": task.question,
                "kind": task.kind,
                "reads": task.reads,
                "roles": [
                    {"name": role.name, "kind": role.kind, "required": role.required,
                     "description": role.description}
                    for role in task.roles
                ],
                "models": [
                    {"id": card.id, "title": card.title, "summary": card.summary,
                     "source": card.source, "license": card.license, "size_mb": card.size_mb,
                     "languages": list(card.languages), "needs_labels": card.needs_labels,
                     "default": card.default, "baseline": card.baseline}
                    for card in task.models
                ],
                "record": dict(task.record),
                "fields": dict(task.fields),
                "hub_models": task.hub_factory is not None,
                "metrics": list(task.metrics),
                "classes": [entry.name for entry in task.scheme.classes] if task.scheme else [],
                "options": [
                    {"name": option.name, "default": option.default, "summary": option.summary,
                     "choices": list(option.choices), "columns": option.columns}
                    for option in task.options
                ],
            }
            for task in all_tasks()
        ]
    }


def listing_text() -> str:
    """The same as a page of text."""
    lines = []
    for task in listing()["tasks"]:
        lines += [f"{task['task']}: {task['question']}", "  roles"]
        lines += [
            f"    {role['name']:<10} {role['description']}{' (required)' * role['required']}"
            for role in task["roles"]
        ]
        lines.append("  models")
        for card in task["models"]:
            mark = " (default)" * card["default"] + " (baseline)" * card["baseline"]
            lines.append(f"    {card['id']:<18} {card['summary']}{mark}")
        if task["hub_models"]:
            lines.append(f"    {'hub:OWNER/NAME@REVISION':<18} any model of the kind from the Hub")
        lines.append("  options")
        lines += [
            f"    {option['name']}={option['default']:<10} {option['summary']}"
            for option in task["options"]
        ]
        lines.append(f"  metrics\n    {' '.join(task['metrics'])}")
    return "\n".join(lines)
