"""Handlers: the printable poster. It is set before the transaction is opened, in a capped child of this process."""

from dataclasses import dataclass

from aiohttp import web

from services.institution.api.schemas.confirmation_codes import PosterQuery
from services.institution.dependencies import Dependencies
from services.institution.use_cases.confirmation_codes.compose_poster import compose_poster
from shared import audit
from shared.uploads.kinds import FileKind
from shared.uploads.names import download_headers
from shared.web.call import Call


@dataclass(frozen=True, slots=True)
class SetPoster:
    """The poster on its way out."""

    pdf: bytes
    shows_code: bool


async def set_poster(call: Call[Dependencies]) -> SetPoster:
    """Read what stands on it and set it. Raises what compose_poster and the printer raise."""
    query: PosterQuery = call.query
    async with call.database.read() as reader:
        poster = await compose_poster(
            reader,
            call.deps.keyring,
            call.path_id("institution_id"),
            query.code_id,
            shows_code=query.shows_code,
            public_url=call.deps.public_url,
            actor=call.actor,
            now=call.now,
        )
    return SetPoster(await call.deps.printer.render(poster), query.shows_code)


async def get_poster(call: Call[Dependencies], poster: SetPoster) -> web.Response:
    """A20, A21; recorded, as a look at the code is when it is on it."""
    audit.record(
        call.tx,
        "confirmation_code.show" if poster.shows_code else "confirmation_code.poster",
        actor=call.actor,
        subject_kind="institution",
        subject_id=call.path_id("institution_id"),
        at=call.now,
        poster=True,
    )
    return web.Response(body=poster.pdf, headers=download_headers(FileKind.PDF, "binding-poster"))
