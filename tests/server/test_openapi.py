"""The API's description is true: schemathesis asks every route anything, and compares the answers with it."""

from __future__ import annotations

import contextlib
import importlib

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from tests.server.test_uploads import picture
from tryon.server import Settings, create_app
from tryon.server.keys import Keys
from tryon.server.routes import catalog, consent, handoff, health, photos, rooms, tokens, webrtc
from tryon.server.routes import tryon as try_on

schemathesis = pytest.importorskip("schemathesis")
positive_data_acceptance = importlib.import_module("schemathesis.specs.openapi.checks").positive_data_acceptance
_ROUTERS = (catalog, consent, handoff, health, photos, rooms, tokens, try_on, webrtc)
_OPERATIONS = sorted(
    f"{method} {route.path}" for part in _ROUTERS for route in part.router.routes for method in route.methods
)
for _kind in ("jpeg", "png", "webp"):
    schemathesis.openapi.media_type(
        f"image/{_kind}", st.sampled_from([picture(_kind), b"", b"\xff\xd8\xff", b"x" * 99])
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory, serve):
    folder = tmp_path_factory.mktemp("openapi")
    database = f"sqlite:///{folder / 'a.db'}"
    files = str(folder / "files")
    chosen = Settings(database=database, secret="s" * 40, threads=1, files=files, rate=0.0, keys_required=True)
    app = create_app(chosen)
    key = Keys(app.state.store).add("Fuzz")
    with serve(app) as (_, address), httpx2.Client(base_url=address, timeout=120) as client:
        yield client, key


@pytest.fixture(scope="module")
def headers(served):
    """What a shopper who agreed sends, by what was agreed to."""
    client, key = served
    bearer = {"Authorization": f"Bearer {key}"}

    def agreed(subject):
        answer = client.post("/api/consent", json={"subject": subject}, headers=bearer)
        return {**bearer, "X-Tryon-Consent": answer.json()["token"]}

    return {subject: agreed(subject) for subject in ("mirror", "room")}


@pytest.fixture(scope="module")
def described(served):
    return schemathesis.openapi.from_url(f"{served[0].base_url}/openapi.json".replace("//openapi", "/openapi"))


@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_every_answer_is_one_that_the_description_tells(request, described, headers, operation):
    if "tryon" in operation:
        request.getfixturevalue("models_ready")
    method, path = operation.split()
    headers = headers["room" if path.startswith("/api/room") else "mirror"]
    for mode in schemathesis.GenerationMode:
        strategy = described[path][method].as_strategy(generation_mode=mode)
        with contextlib.suppress(Unsatisfiable):  # nothing to get wrong
            run(strategy, headers, 10)
    run(described[path][method].as_strategy(), {}, 2)


def run(strategy, headers, count):
    quick = {"deadline": None, "derandomize": True, "database": None, "phases": [Phase.generate]}

    @settings(max_examples=count, suppress_health_check=list(HealthCheck), **quick)
    @given(case=strategy)
    def check(case):
        own = {name: value for name, value in headers.items() if name not in (case.headers or {})}
        response = case.call(headers=own, timeout=120)
        # Bytes of a picture and words of a signature follow no schema: what follows it may still be refused.
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
        assert response.status_code < 500

    check()


def test_every_route_is_described(described):
    assert sorted(f"{op.ok().method.upper()} {op.ok().path}" for op in described.get_all_operations()) == _OPERATIONS


def test_every_error_is_told_as_a_problem(served):
    document = served[0].get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            errors = {status: told for status, told in operation["responses"].items() if status >= "400"}
            assert {"413", "429"} <= set(errors), (method, path)
            for told in errors.values():
                assert list(told["content"]) == ["application/problem+json"], (method, path)
    assert "HTTPValidationError" not in document["components"]["schemas"]
