"""Each link of a process against a real peer that shows the wrong thing (V52): database, broker, store, outside."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

import services.identity.authority_check.outgoing
import shared.messaging.publisher
import shared.objectstore
import shared.postgres.connecting
from services.identity.authority_check.outgoing import OutgoingFailed
from services.identity.credentials.wechat_api import WechatApi
from services.identity.domain.wechat import WechatUnavailable
from services.identity.settings import WechatSettings
from services.notification.channels.aliyun_sms import AliyunSms
from services.notification.channels.sms import Sms
from services.notification.settings import SmsSettings
from shared.ids import new_id
from shared.messaging.publisher import BROKER_ERRORS
from shared.objectstore import ObjectStoreUnavailable
from shared.postgres.database import CONNECTION_ERRORS
from shared.tls import TlsSettings
from tests.integration.shared.links.peers import (
    HERE,
    BrokerPeer,
    DatabasePeer,
    Offer,
    OutsidePeer,
    Peer,
    StorePeer,
    free_port,
)
from tests.integration.shared.links.private_postgres import private_postgres
from tests.support.engines import Engines
from tests.support.throwaway_authority import ThrowawayAuthority
from tests.support.tls_front import believing_all

pytestmark = [
    pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]
LINKS = ("database", "broker", "store", "outside")
OPENERS = (
    shared.postgres.connecting,
    shared.messaging.publisher,
    shared.objectstore,
    services.identity.authority_check.outgoing,
)
REFUSALS = (*CONNECTION_ERRORS, *BROKER_ERRORS, ObjectStoreUnavailable, OutgoingFailed)


@dataclass
class Bench:
    """All peers, the authority our side believes, and one it does not."""

    peers: dict[str, Peer]
    own: ThrowawayAuthority
    stranger: ThrowawayAuthority


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bench(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """Started once."""
    folder: Path = tmp_path_factory.mktemp("links")
    own, stranger = (ThrowawayAuthority(folder / name, name) for name in ("own", "stranger"))
    async with private_postgres(engines, free_port()) as server:
        store, outside = StorePeer(folder / "store"), OutsidePeer()
        peers: dict[str, Peer] = {
            "database": DatabasePeer(server),
            "broker": BrokerPeer(engines),
            "store": store,
            "outside": outside,
        }
        yield Bench(peers, own, stranger)
        await store.close()
        await outside.close()


FAULTS: dict[str, tuple[Callable[[Bench], Offer], tuple[str, ...]]] = {
    "wrong authority": (lambda b: Offer(b.stranger.issue(HERE)), ("unable to get local issuer",)),
    "wrong name": (lambda b: Offer(b.own.issue("elsewhere.example")), ("mismatch", "not valid for")),
    "expired": (lambda b: Offer(b.own.issue(HERE, expired=True)), ("has expired",)),
    # Some servers name the version they miss, some hang up; what it was about is shown by the control.
    "TLS 1.1": (lambda b: Offer(b.own.issue(HERE), old=True), ("unsupported protocol", "alert", "reset", "eof")),
}


@pytest.mark.requirement("V52")
@pytest.mark.parametrize("link", LINKS)
async def test_a_peer_with_the_right_certificate_is_used(bench: Bench, link: str) -> None:
    """Right authority, right name, in its time, TLS 1.2 or newer: the link works."""
    peer = bench.peers[link]
    await peer.show(Offer(bench.own.issue(HERE)))
    assert await peer.reach(bench.own.file)


@pytest.mark.requirement("V52")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("link", LINKS)
async def test_a_peer_that_can_not_be_verified_is_refused(
    bench: Bench, link: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong authority, wrong name, expired, too old: refused for just that reason. Control: the same peer is used
    without complaint once the verification is taken away."""
    make, reasons = FAULTS[fault]
    peer = bench.peers[link]
    await peer.show(make(bench))
    with pytest.raises(REFUSALS) as refused:
        await peer.reach(bench.own.file)
    assert any(reason in _story(refused.value) for reason in reasons), _story(refused.value)
    for opener in OPENERS:
        monkeypatch.setattr(opener, "client_context", lambda _tls: believing_all())
    assert await peer.reach(bench.own.file)


@pytest.mark.requirement("V52")
@pytest.mark.parametrize("link", LINKS)
async def test_a_peer_without_tls_is_refused(bench: Bench, link: str) -> None:
    """Where TLS is asked for nothing falls back to plain text. Control: asked for plain text, the same peer serves."""
    peer = bench.peers[link]
    await peer.show(Offer(None))
    with pytest.raises(REFUSALS):
        await asyncio.wait_for(peer.reach(bench.own.file), 30)
    assert await peer.reach(None)


@pytest.mark.requirement("V52")
async def test_texts_and_wechat_go_to_verified_peers_only(bench: Bench) -> None:
    """The other two clients that call outside: an answer under the right authority, none under another."""
    peer = bench.peers["outside"]
    assert isinstance(peer, OutsidePeer)
    await peer.show(Offer(bench.own.issue(HERE)))
    address, sms = f"https://{HERE}:{peer.port}", Sms(new_id(), "19900000001", "SMS_1", {})
    for authority, answered in ((bench.own.file, True), (bench.stranger.file, False)):
        tls = TlsSettings(ca_file=authority)
        texts = AliyunSms(SmsSettings(endpoint=address, access_key_secret=SecretStr("word"), tls=tls))
        assert (await texts.send(sms)).code == ("no_code" if answered else "not_reached")
        await texts.close()
        wechat = WechatApi(WechatSettings(endpoint=address, appid="wx", secret=SecretStr("word"), tls=tls))
        if answered:
            assert await wechat.stable_token() == ("token", 7200)
        else:
            with pytest.raises(WechatUnavailable):
                await wechat.stable_token()
        await wechat.close()


@pytest.mark.requirement("V52")
async def test_a_peer_that_asks_who_calls_is_shown_our_certificate(bench: Bench) -> None:
    """Mutual TLS: with our certificate the peer answers. Control: without it, it does not."""
    peer = bench.peers["outside"]
    assert isinstance(peer, OutsidePeer)
    await peer.show(Offer(bench.own.issue(HERE)), callers=bench.own.file)
    ours = bench.own.issue("declaration.internal")
    assert await peer.reach(bench.own.file, ours)
    with pytest.raises(OutgoingFailed):
        await peer.reach(bench.own.file)


def _story(error: BaseException | None) -> str:
    """The messages of an error and of all that led to it, in small letters."""
    told = []
    while error is not None:
        told.append(f"{type(error).__name__}: {error} {error!r}")
        error = error.__cause__ or error.__context__
    return " <- ".join(told).lower()
