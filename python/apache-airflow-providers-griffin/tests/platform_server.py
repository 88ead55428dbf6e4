"""A small real HTTP server that keeps Griffin's contract: keys, owners with epochs and rounds, status, terminate.

What a real api does is in docs/adr/0032; a run here does nothing but end, as a test wishes.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from samples import a_run
from server import TOKEN, Answer, Asked, Server, problem

TERMINAL = ("SUCCEEDED", "FAILED", "TERMINATED")


class Platform(Server):
    """A run ends when its status is first asked for, by the next of `ends`, else SUCCEEDED; never with `endless`."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[str, str]] = {}
        self.marks: dict[str, tuple[int, int]] = {}
        self.ends: list[dict[str, Any]] = []
        self.endless = False
        # Of the spec that a submission resolves to.
        self.inputs: list[dict[str, Any]] = []
        self.gone_status = 404
        # So many submissions are done, and their answers lost.
        self.lost_answers = 0
        # By a request's method and the end of its path: called once, in the middle of it.
        self.meanwhile: dict[str, Callable[[], object]] = {}
        # Given once instead of an answer.
        self.refusals: dict[str, Answer] = {}
        self.looked_at: list[float] = []
        # The runs whose lease was renewed, as often as it was.
        self.renewed: list[str] = []
        self._changed = threading.Condition()

    def answer(self, asked: Asked) -> Answer:
        with self._changed:
            self.asked.append(asked)
            if self.answers:
                return self.answers.pop(0)
            if asked.headers.get("authorization") != f"Bearer {TOKEN}":
                return problem(401, "unauthenticated")
            name = f"{asked.method} {asked.path.split('/')[-1]}"
            answer = self.refusals.pop(name, None) or self._route(asked)
            happens = self.meanwhile.pop(name, None)
            return replace(answer, delay=happens) if happens else answer

    def requests(self, method: str, *ending: str) -> list[Asked]:
        return [one for one in self.asked if one.method == method and one.path.endswith(ending or ("",))]

    @property
    def submissions(self) -> list[Asked]:
        return [one for one in self.requests("POST") if one.path == "/api/workflows" and not one.query]

    def change(self, run_id: str, **changes: Any) -> None:
        with self._changed:
            self._change(run_id, **changes)

    def end(self, run_id: str, state: str = "SUCCEEDED", **changes: Any) -> None:
        self.change(run_id, state=state, **changes)

    def lapse(self, run_id: str) -> None:
        """Nobody has renewed the run's lease for as long as it is."""
        reason = {"code": "owner_lost", "message": "Nobody has asked for the run in its owner's name."}
        self.end(run_id, "TERMINATED", reason=reason, retryable=True)

    def add(self, **changes: Any) -> str:
        """A run that nobody submitted here."""
        run = a_run(id=str(uuid4()), **changes)
        self.runs[run["id"]] = run
        return run["id"]

    def _route(self, asked: Asked) -> Answer:
        match (asked.method, *asked.path.split("/")[2:]):
            case ("GET", "projects"):
                return Answer(200, {"id": str(uuid4()), "name": "flights", "created_at": "2026-01-01T00:00:00Z"})
            case ("POST", "workflows") if asked.query == {"dry_run": "true"}:
                return Answer(200, {"spec": {"inputs": self.inputs}})
            case ("POST", "workflows"):
                return self._submit(asked)
            case ("GET", "workflows"):
                return Answer(
                    200, {"items": self._of_owner(asked.query)[: int(asked.query["limit"])], "next_cursor": None}
                )
            case ("POST", "workflows", "status"):
                return self._status(asked.body)
            case ("GET", "workflows", run_id):
                self._look(run_id)
                return self._one(run_id)
            case ("POST", "workflows", run_id, "terminate"):
                return self._terminate(run_id, asked.body)
        return problem(404, "route_not_found")

    def _submit(self, asked: Asked) -> Answer:
        answer = self._submit_once(asked.body, asked.headers["idempotency-key"])
        if self.lost_answers and answer.status < 300:
            self.lost_answers -= 1
            return Answer(breaks=0)
        return answer

    def _submit_once(self, body: dict[str, Any], key: str) -> Answer:
        owner = body["owner_ref"]
        task = {name: value for name, value in owner.items() if name != "epoch"}
        digest = json.dumps({**body, "owner_ref": task}, sort_keys=True)
        known = self.keys.get(key)
        if known and known[1] != digest:
            return problem(422, "idempotency_key_reused")
        if known and known[0] not in self.runs:
            return problem(self.gone_status, "run_unknown")
        if not self.advance(owner):
            return problem(409, "owner_superseded")
        if known:
            answer = self._one(known[0])
            answer.headers["idempotency-replayed"] = "true"
            return answer
        return self._attach_or_begin(body, key, digest)

    def _attach_or_begin(self, body: dict[str, Any], key: str, digest: str) -> Answer:
        owner = body["owner_ref"]
        for run in self.runs.values():
            if run["owner_ref"] and _task(run["owner_ref"]) == _task(owner) and not run["is_terminal"]:
                if run["owner_ref"]["round"] < owner["round"] or run["state"] == "TERMINATING":
                    # What is ending has ended when it is asked for again.
                    self._change(run["id"], state="TERMINATED" if run["state"] == "TERMINATING" else "TERMINATING")
                    return problem(409, "owner_run_ending", retryable=True, retry_after="0")
                self.keys[key] = (run["id"], digest)
                return self._one(run["id"])
        name = body["definition"].split("@")[0]
        run_id = self.add(name=name, owner_ref=owner, owner_lease_seconds=body.get("owner_lease_seconds"), spec=body)
        self.keys[key] = (run_id, digest)
        return self._one(run_id, 201)

    def _of_owner(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """The newest first, each looked at."""
        parts = {name.removeprefix("owner_"): value for name, value in query.items() if name.startswith("owner_")}
        owned = [run for run in self.runs.values() if run["owner_ref"]]
        found = [run for run in owned if parts.items() <= {n: str(v) for n, v in run["owner_ref"].items()}.items()]
        for run in found[::-1]:
            self._look(run["id"])
        return found[::-1]

    def _status(self, body: dict[str, Any]) -> Answer:
        self.looked_at.append(time.monotonic())
        self.renewed += [seen["id"] for seen in body["runs"] if seen.get("renew_lease")]
        for seen in body["runs"]:
            self._look(seen["id"])

        def news() -> list[dict[str, Any]]:
            there = [(self.runs[seen["id"]], seen.get("etag")) for seen in body["runs"] if seen["id"] in self.runs]
            return [{**run, "etag": _etag(run)} for run, etag in there if _etag(run) != etag]

        self._changed.wait_for(news, timeout=body["wait"])
        return Answer(200, {"items": news()})

    def _terminate(self, run_id: str, body: dict[str, Any]) -> Answer:
        run = self.runs.get(run_id)
        if run is None:
            return problem(404, "run_unknown")
        owner = body.get("owner_ref")
        if owner and (not run["owner_ref"] or _task(run["owner_ref"]) != _task(owner)):
            return problem(409, "run_not_of_owner")
        if owner and not self.advance(owner):
            return problem(409, "owner_superseded")
        if not run["is_terminal"]:
            self._change(run_id, state="TERMINATING")
        return self._one(run_id, 202)

    def _look(self, run_id: str) -> None:
        run = self.runs.get(run_id)
        if run is None or run["is_terminal"]:
            return
        if run["state"] == "TERMINATING":
            self._change(run_id, state="TERMINATED", reason={"code": "terminated", "message": "Somebody wished it."})
        elif not self.endless:
            self._change(run_id, **(self.ends.pop(0) if self.ends else {"state": "SUCCEEDED"}))

    def advance(self, owner: dict[str, Any]) -> bool:
        name = json.dumps(_task(owner), sort_keys=True)
        mark, seen = (owner["epoch"], owner["round"]), self.marks.get(name, (0, 0))
        if mark[0] < seen[0] or mark[1] < seen[1]:
            return False
        self.marks[name] = mark
        return True

    def _change(self, run_id: str, **changes: Any) -> None:
        run = self.runs[run_id]
        state = changes.get("state", run["state"])
        ending = {"is_terminal": state in TERMINAL, "is_successful": state == "SUCCEEDED"}
        run.update({**changes, **ending, "revision": run["revision"] + 1})
        self._changed.notify_all()

    def _one(self, run_id: str, status: int = 200) -> Answer:
        run = self.runs.get(run_id)
        return Answer(status, dict(run), {"etag": _etag(run)}) if run else problem(404, "run_unknown")


def _etag(run: dict[str, Any]) -> str:
    return f'"{run["revision"]}"'


def _task(owner: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in owner.items() if name not in ("epoch", "round")}
