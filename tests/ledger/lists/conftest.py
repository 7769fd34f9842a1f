"""Small worlds for lists."""

import pytest


class Lists:
    """Calls a list of one client."""

    def __init__(self, api):
        self.api = api

    async def __call__(self, path):
        answer = await self.api.get(path)
        assert answer.status_code == 200, answer.text
        got = answer.json()
        (name,) = set(got) - {"summary"}
        assert list(got) == ["summary", name]
        assert answer.headers["x-total-count"] == str(got["summary"]["totalCount"])
        return got[name]


@pytest.fixture
def rows(api):
    return Lists(api)


@pytest.fixture
async def refused(api):
    async def call(path):
        answer = await api.get(path)
        return answer.status_code, [(e["errorCode"], e.get("field")) for e in answer.json()["errors"]]

    return call
