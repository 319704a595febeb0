"""The JSON API keeps what its OpenAPI document says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from typer.testing import CliRunner

from storage.home import open_home
from tinwatch.commands.app import app


@pytest.fixture
def demo_page(demo_home: Path, client_of: Callable[..., TestClient]) -> TestClient:
    return client_of(open_home(demo_home))


@pytest.fixture
def edited(demo_page: TestClient) -> int:
    """The article of the demo's first edit."""
    found = demo_page.get("/api/events?kind=edited").json()["events"]
    return int(found[0]["article"])


@pytest.fixture
def document(demo_page: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = demo_page.get("/api/openapi.json").json()
    return found


def test_every_field_and_parameter_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    missing = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, stated in schema.get("properties", {}).items()
        if "description" not in stated
    ]
    missing += [
        f"{path} {parameter['name']}"
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    assert missing == []


def test_openapi_document_is_valid_and_covers_only_the_api(document: dict[str, Any]) -> None:
    validate(document)
    assert len(document["paths"]) == 11
    assert all(path.startswith("/api/") for path in document["paths"])


FILTERS = [
    {"from": "2025-03-05", "to": "07/03/2025"},
    {"from": "03/2025"},
    {"site": ["gialai", "laocai"]},
    {"province": ["can-tho", "Thái Nguyên"]},
    {"former_province": ["yen-bai", "Hậu Giang"], "from": "2025"},
    {"site": "hanoi"},  # not in this home
]


@pytest.mark.parametrize("chosen", FILTERS)
def test_articles_count_search_page_and_command_line_filter_alike(
    demo_page: TestClient, demo_home: Path, chosen: dict[str, Any]
) -> None:
    query = {"q": "duong", **chosen}
    listed = demo_page.get("/api/articles", params=query).json()["articles"]
    counted = demo_page.get("/api/count", params=query).json()
    hits = demo_page.get("/api/search", params={**query, "most": 100}).json()["hits"]
    pairs = [(k, v) for k, vs in chosen.items() for v in (vs if isinstance(vs, list) else [vs])]
    options = [word for name, value in pairs for word in (f"--{name.replace('_', '-')}", value)]
    command = ["search", "duong", *options, "--limit", "100", "--json", "--home", str(demo_home)]
    done = CliRunner().invoke(app, command)
    found = {json.loads(line)["article"] for line in done.stdout.splitlines()}
    assert {row["id"] for row in listed} == {hit["article"] for hit in hits} == found
    assert sum(row["articles"] for row in counted) == len(found)
    assert bool(found) == (chosen != {"site": "hanoi"})
    if found:
        page = demo_page.get("/search", params={**query, "lang": "en"}).text
        assert f">{len(found)} articles<" in page


@pytest.mark.parametrize(
    "address",
    [
        "/search?site=hanoi", "/search?q=site:hanoi", "/search?q=duong+site:(hanoi)&view=chart",
        "/search/hits/csv?q=duong&site=hanoi", "/search/counts.json?q=site:hanoi",
        "/api/articles?q=site:hanoi", "/api/search?q=site:hanoi", "/api/count?q=site:hanoi",
        "/api/events?text=site:hanoi", "/api/stories?text=site:hanoi",
        "/changes?text=site:hanoi", "/stories?text=site:hanoi", "/takedowns?text=site:hanoi",
        "/review?text=site:hanoi", "/feeds/all.atom?text=site:hanoi",
    ],
)  # fmt: skip
def test_query_with_a_site_of_other_homes_matches_nothing(
    demo_page: TestClient, address: str
) -> None:
    assert demo_page.get(address).status_code == 200
    assert demo_page.get(address.replace("hanoi", "nowhere")).status_code == 400


@pytest.mark.parametrize("path", ["/api/articles", "/api/count", "/api/search"])
@pytest.mark.parametrize(
    ("name", "value"),
    [("site", "khongco"), ("province", "khongco"), ("former_province", "x"), ("from", "soon"),
     ("knd", "new")],
)  # fmt: skip
def test_filter_of_articles_is_refused_by_name(
    demo_page: TestClient, path: str, name: str, value: str
) -> None:
    answer = demo_page.get(path, params={"q": "duong", name: value})
    assert answer.status_code == 400
    assert (name if name == "knd" else value) in answer.json()["error"]


def test_openapi_document_lists_the_errors(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        assert {"400", "404", "503"} <= path["get"]["responses"].keys()
        assert "422" not in path["get"]["responses"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


ANSWERS = [
    ("/api/articles", "/api/articles?most=7"),
    ("/api/articles", "/api/articles?q=duong"),
    ("/api/articles/{article}", "/api/articles/EDITED"),
    ("/api/articles/{article}/revisions", "/api/articles/EDITED/revisions"),
    ("/api/articles/{article}/diff", "/api/articles/EDITED/diff"),
    ("/api/events", "/api/events"),
    ("/api/stories/{story}", "/api/stories/1"),
    ("/api/sites", "/api/sites"),
    ("/api/search", "/api/search?q=duong"),
    ("/api/health", "/api/health"),
]


@pytest.mark.parametrize(("path", "asked"), ANSWERS)
def test_responses_match_their_schema(
    demo_page: TestClient, document: dict[str, Any], edited: int, path: str, asked: str
) -> None:
    answer = demo_page.get(asked.replace("EDITED", str(edited)))
    assert answer.status_code == 200, answer.text
    stated = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**stated["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())


def test_articles_are_paged_by_id(demo_page: TestClient) -> None:
    ids: list[int] = []
    after: int | None = 0
    while after is not None:
        page = demo_page.get(f"/api/articles?most=30&after={after}").json()
        ids += [each["id"] for each in page["articles"]]
        after = page["next"]
    assert ids == sorted(set(ids))
    assert len(ids) == 68
    found = demo_page.get("/api/articles?q=site:gialai&most=4").json()
    assert {each["site"] for each in found["articles"]} == {"gialai"}
    rest = demo_page.get(f"/api/articles?q=site:gialai&after={found['next']}").json()
    assert (len(found["articles"]), len(rest["articles"]), rest["next"]) == (4, 5, None)


def test_events_since_an_id(demo_page: TestClient) -> None:
    everything = demo_page.get("/api/events?most=500").json()
    later = demo_page.get("/api/events?since=70").json()
    assert later["events"] == [e for e in everything["events"] if e["id"] > 70]
    assert later["next"] == everything["next"]
    assert demo_page.get(f"/api/events?since={later['next']}").json()["events"] == []
    edits = demo_page.get("/api/events?kind=edited").json()["events"]
    assert {e["kind"] for e in edits} == {"edited"}


def test_diff_has_only_changed_fields(demo_page: TestClient, edited: int) -> None:
    found = demo_page.get(f"/api/articles/{edited}/diff").json()
    assert (found["from_revision"], found["to_revision"]) == (1, 2)
    ops = {span["op"] for each in found["fields"] for part in each["parts"] for span in part}
    assert ops & {"added", "removed"}


@pytest.mark.parametrize(
    ("asked", "status"),
    [("/api/articles/999", 404), ("/api/stories/99", 404), ("/api/articles/1/diff", 404),
     ("/api/search?q=(duong", 400), ("/api/search", 400), ("/api/articles?q=foo:x", 400),
     ("/api/events?since=x", 400), ("/api/events?kind=x", 400), ("/api/articles?most=0", 400)],
)  # fmt: skip
def test_errors_are_json(demo_page: TestClient, asked: str, status: int) -> None:
    answer = demo_page.get(asked)
    assert answer.status_code == status
    assert len(answer.json()["error"]) > 8


def test_the_api_needs_the_token(demo_home: Path, client_of: Callable[..., TestClient]) -> None:
    client = client_of(open_home(demo_home), token="mot-ma-dai-va-kho")
    assert client.get("/api/sites").status_code == 401
    bearer = {"authorization": "Bearer mot-ma-dai-va-kho"}
    assert client.get("/api/sites", headers=bearer).status_code == 200


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("frm=2025-01-01", "frm"),
        ("kind=deleted", "deleted"),
        ("class=big", "big"),
        ("min_priority=2", "min_priority"),
        ("from=someday", "someday"),
        ("from=2025-03-02&to=2025-03-01", "2025-03-01"),
        ("site=nowhere", "nowhere"),
        ("province=nowhere", "nowhere"),
        ("text=site:nowhere", "nowhere"),
        ('text="open', "open"),
    ],
)
@pytest.mark.parametrize("path", ["/api/events", "/feeds/all.atom"])
def test_impossible_event_filters_are_refused_by_name(
    demo_page: TestClient, path: str, query: str, named: str
) -> None:
    answer = demo_page.get(f"{path}?{query}&lang=en")
    assert answer.status_code == 400
    assert named in answer.text


def test_event_filters_narrow_the_ledger(demo_page: TestClient) -> None:
    def ids(query: str) -> list[int]:
        return [e["id"] for e in demo_page.get(f"/api/events?most=500&{query}").json()["events"]]

    every = demo_page.get("/api/events?most=500").json()["events"]
    chosen = [e["id"] for e in every if e["kind"] in ("edited", "removed")]
    assert ids("kind=edited&kind=removed") == chosen != []
    day = every[0]["observed_at"][:10]
    assert set(ids(f"from={day}&to=2100")) | set(ids(f"to={day}")) == set(ids(""))
    assert ids("from=2100") == []
