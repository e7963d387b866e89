"""POST /chat: the next reply of a conversation, whole or piece by piece."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from dashboard.api.caller import Caller
from dashboard.api.chat_body import ChatRequest, read_chat_request
from dashboard.api.errors import BUG
from dashboard.api.receiving import receive_body
from dashboard.api.responses import JsonAnswer
from dashboard.api.settings import ApiSettings, refuse_hub_model
from dashboard.api.turns import Turns
from data.errors import LitmusError
from pipelines.generation.chat import SMOLLM, Reply, chat

LOG = logging.getLogger(__name__)
EVENT_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    # Proxies that collect an answer before they pass it on would undo the stream.
    "x-accel-buffering": "no",
}


def chat_routes(settings: ApiSettings, turns: Turns) -> APIRouter:
    """The chat route; it takes a turn among all that computes here."""
    router = APIRouter(redirect_slashes=False)

    @router.post("/chat", response_model=None)
    async def reply(request: Request) -> Response:
        """The reply to a conversation."""
        turns.enter()
        handed_over = False
        try:
            asked = read_chat_request(await receive_body(request))
            refuse_hub_model(asked.model, settings)
            caller = Caller(request)
            if not asked.stream:
                return await _whole(asked, caller, turns)
            writing = _Writing(asked, caller, turns)
            handed_over = True
            await writing.start()
            return StreamingResponse(
                writing.events(), media_type="text/event-stream", headers=EVENT_HEADERS
            )
        finally:
            if not handed_over:
                turns.leave()

    return router


async def _whole(asked: ChatRequest, caller: Caller, turns: Turns) -> Response:
    """The reply in one answer; writing ends when nobody waits for it any more."""
    start = time.perf_counter()

    def write() -> Reply:
        reply = _begun(asked, caller)
        for _ in reply:
            pass
        return reply

    async with caller.watched():
        reply = await turns.run(caller, write)
    answer = _summary(reply, asked.model, start)
    message = {"role": "assistant", "content": reply.text}
    return JsonAnswer({"model": answer.pop("model"), "message": message, **answer})


class _Writing:
    """A reply that is written in a thread and read by the event loop."""

    def __init__(self, asked: ChatRequest, caller: Caller, turns: Turns) -> None:
        self._asked, self._caller, self._turns = asked, caller, turns
        self._start = time.perf_counter()
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._task: asyncio.Task[Reply] | None = None

    async def start(self) -> None:
        """Wait until the model is there and the conversation fits.

        Raises:
            LitmusError: it does not; nothing was sent yet.
        """
        self._task = asyncio.create_task(self._turns.run(self._caller, self._write))
        # The place is free when the thread is done, whatever became of the answer.
        self._task.add_done_callback(lambda _: self._turns.leave())
        first: list[asyncio.Future[Any]] = [self._ready, self._task]
        async with self._caller.watched():
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            # An error before the first word becomes the answer.
            self._task.result()

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events: each piece, then how it ended."""
        assert self._task is not None, "started before"
        try:
            while (piece := await self._pieces.get()) is not None:
                yield _event({"delta": piece})
            try:
                reply = await self._task
                yield _event({"done": True, **_summary(reply, self._asked.model, self._start)})
            except LitmusError as error:
                yield _event({"error": str(error)})
            except Exception:
                LOG.exception("A bug while a reply was written")
                yield _event({"error": BUG})
        finally:
            # Also when the client hung up: the thread hears it before its next token.
            self._caller.hang_up()

    def _write(self) -> Reply:
        try:
            reply = _begun(self._asked, self._caller)
            self._tell(self._set_ready)
            for piece in reply:
                self._tell(self._pieces.put_nowait, piece)
            return reply
        finally:
            self._tell(self._pieces.put_nowait, None)

    def _set_ready(self) -> None:
        if not self._ready.done():
            self._ready.set_result(None)

    def _tell(self, call: Any, *values: Any) -> None:
        self._loop.call_soon_threadsafe(call, *values)


def _begun(asked: ChatRequest, caller: Caller) -> Reply:
    return chat(
        asked.messages, asked.sampling, asked.model, stop=caller.gone, progress=caller
    )


def _summary(reply: Reply, asked: str, start: float) -> dict[str, Any]:
    facts = reply.facts
    return {
        "model": SMOLLM if asked in ("default", SMOLLM) else f"hub:{facts.model}",
        "finish_reason": facts.finished,
        "usage": {"prompt_tokens": facts.prompt_tokens, "completion_tokens": facts.tokens},
        "seconds": round(time.perf_counter() - start, 6),
    }


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
