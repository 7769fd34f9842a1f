"""Scripts, styles and pictures that pages load, from our own origin only.

Their addresses hold a digest of their content, so that a browser may keep them for good and gets new ones at once.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reskontro.http.access import Public
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.family import Condition, refusal

MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
DIGEST_CHARACTERS = 12
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
# What an asset itself may do when it is opened as a page: nothing.
INERT = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True)
class Assets:
    """The named files of a folder, served under `/static/<name>/<digest>/`."""

    name: str
    folder: Path
    files: tuple[str, ...]

    @cached_property
    def contents(self) -> Mapping[str, bytes]:
        """The files, read once."""
        return {file: (self.folder / file).read_bytes() for file in self.files}

    @cached_property
    def compressed(self) -> Mapping[str, bytes]:
        """The files for those who take gzip."""
        return {file: gzip.compress(content, 6, mtime=0) for file, content in self.contents.items()}

    @cached_property
    def digest(self) -> str:
        """What changes when a file changes."""
        whole = hashlib.sha256()
        for file, content in sorted(self.contents.items()):
            whole.update(file.encode() + b"\0" + hashlib.sha256(content).digest())
        return whole.hexdigest()[:DIGEST_CHARACTERS]

    def url(self, file: str) -> str:
        """The path of a file."""
        assert file in self.files, file
        return f"/static/{self.name}/{self.digest}/{file}"

    def endpoint(self) -> Endpoint:
        """What serves the files."""
        return Endpoint(
            method="GET",
            path=f"/static/{self.name}/{{digest}}/{{file}}",
            access=Public("Pages that need no token load them."),
            handler=self._get,
            work=Work.NONE,
            summary="A file that pages load",
            tag="Pages",
            path_parameters=(Parameter("digest", str, "Of the content."), Parameter("file", str, "The file's name.")),
            answers={200: Answer("The file.", media_type="*/*"), 404: Answer("There is no such file.")},
            ready_on=("*/*",),
        )

    async def _get(self, call: Call) -> Reply:
        file = call.path["file"]
        if file not in self.files or call.path["digest"] != self.digest:
            raise refusal(call.family, Condition.PATH_UNKNOWN)
        headers = {
            "Cache-Control": KEPT_FOR_GOOD,
            "Content-Security-Policy": INERT,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Vary": "Accept-Encoding",
        }
        body = self.contents[file]
        if "gzip" in call.head.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = self.compressed[file], "gzip"
        return Reply(200, body, headers, MEDIA_TYPES[Path(file).suffix])
