"""The front page: what runs here, and where to go from it."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from reskontro import __version__
from reskontro.console import einvoices
from reskontro.console.guides import SECTIONS, find_guide, guides, pictures, rendered
from reskontro.console.pages import MEANINGS, STYLES, page, refusal_page
from reskontro.http.access import Public
from reskontro.http.call import Call, CallHead
from reskontro.http.documentation import documentation_assets
from reskontro.http.endpoint import Answer, Endpoint, Handler, Parameter, Reply, Work
from reskontro.http.family import Condition, Family, Meaning, refusal
from reskontro.kernel.problems import Refused
from reskontro.platform.clock import OSLO, real_now
from reskontro.platform.settings import Mode

SANDBOX_FILE = "sandbox.json"
FIRST_CREDENTIAL = "arm-2218"
STORY_ITEM = "2218-500002-35078-0"
CLOCKS_AGREE = timedelta(minutes=1)
WHY_PUBLIC = "The front page and the guides hold nothing of any client."


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Commands that work on this sandbox. They read the secret from its file and never show it."""

    file: str
    token: str
    item: str


class Pages:
    """The front page, the guides and what they load, as a family: it answers at the root, in HTML."""

    name = "pages"
    title = "Pages"
    description = "The front page and the guides."
    base_path = ""
    docs_path = ""
    audience = ""
    error_body = bytes
    meanings: Mapping[Condition, Meaning] = MEANINGS

    def __init__(self, mode: Mode, data_folder: Path, families: Sequence[Family]) -> None:
        self._mode = mode
        self._data_folder = data_folder
        self._families = tuple(families)
        self.endpoints: Sequence[Endpoint] = (
            _page_at("/", self._home, "The front page"),
            *(
                _page_at(f"{place}{{name}}", self._guide_of(section), "A guide", _NAME)
                for section, place in SECTIONS.items()
            ),
            *(einvoices.ENDPOINTS if mode is Mode.SANDBOX else ()),
            STYLES.endpoint(),
            pictures().endpoint(),
            *documentation_assets(),
        )

    def render(self, head: CallHead, refused: Refused) -> Reply:
        """A refusal as a page."""
        return refusal_page(head, refused)

    async def _home(self, call: Call) -> Reply:
        sandbox = self._mode is Mode.SANDBOX
        moved = abs(call.now - real_now()) > CLOCKS_AGREE
        return page(
            call.head,
            "home.html",
            version=__version__,
            mode=self._mode.value,
            sandbox=sandbox,
            business_time=call.now.astimezone(OSLO),
            clock_moved=moved,
            families=self._families,
            guides=guides(),
            steps=first_steps(self._data_folder / SANDBOX_FILE) if sandbox else None,
        )

    def _guide_of(self, section: str) -> Handler:
        async def get_guide(call: Call) -> Reply:
            guide = find_guide(section, call.path["name"])
            if guide is None:
                raise refusal(self, Condition.PATH_UNKNOWN)
            return page(call.head, "guide.html", guide=guide, content=rendered(guide), guides=guides())

        return get_guide


def first_steps(file: Path) -> FirstSteps | None:
    """The first steps on the sandbox that a `sandbox.json` describes, None where there is none that can be read."""
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
        base_url = str(described["base_url"])
        client_no = int(described["client_no"])
        credential = next(each for each in described["credentials"] if each["name"] == FIRST_CREDENTIAL)
        client_id = str(credential["client_id"])
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return None
    return FirstSteps(
        file=str(file),
        token=_token_commands(file, base_url, client_id),
        item=(
            f'curl -s -H "Authorization: Bearer $TOKEN" \\\n'
            f"  {shlex.quote(f'{base_url}/arm/v1/clients/{client_no}/aritems/{STORY_ITEM}')}"
        ),
    )


def _token_commands(file: Path, base_url: str, client_id: str) -> str:
    """Shell commands that leave a token in `$TOKEN`."""
    return f"""\
SECRET=$(python3 -c "import json, sys
for each in json.load(sys.stdin)['credentials']:
    if each['name'] == '{FIRST_CREDENTIAL}': print(each['client_secret'])" \\
  < {shlex.quote(str(file))})
TOKEN=$(curl -s {shlex.quote(f"{base_url}/token")} \\
  -d grant_type=client_credentials \\
  -d client_id={shlex.quote(client_id)} -d client_secret="$SECRET" |
  python3 -c "import json, sys; print(json.load(sys.stdin)['access_token'])")"""


_NAME = Parameter("name", str, "The page's name.")


def _page_at(path: str, handler: Handler, summary: str, *parameters: Parameter) -> Endpoint:
    answers: dict[int, Any] = {200: Answer("A page.", media_type="text/html")}
    return Endpoint(
        method="GET",
        path=path,
        access=Public(WHY_PUBLIC),
        handler=handler,
        work=Work.NONE,
        summary=summary,
        tag="Pages",
        path_parameters=parameters,
        answers=answers,
        ready_on=("text/html",),
    )
