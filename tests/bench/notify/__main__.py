"""python -m tests.bench.notify [--notices N] [--rate N] [--workers N] [--kills N] [--broker-restarts N]
[--hangs-up SHARE] [--paced] [--control inbox|absent] [--announce [N]]: every notice one text, though workers are
killed, the broker is restarted and providers accept texts and never say so. With --announce a date moves instead, and N
people are told (announcing.py).

In the middle third the first provider cuts everything off: the time until its share is taken away is told. With --paced
nothing is killed, restarted or down: the saturation is found first, then 70 % of it is played, each notice at its time
whatever became of the others; a run of less than a minute is refused. A control takes one protection away: it ends as
soon as somebody got a text twice, and is right only then.

Prints a JSON line, a table and what is wrong; 0 when nothing is, or when a control found what it is there to find."""

import argparse
import asyncio
import json
import logging
import os
import time
from contextlib import suppress
from typing import Any, Final

import asyncpg
import structlog

from deploy.local.environment import service_environment
from deploy.local.home import PROJECT
from deploy.local.stack import Stack
from shared.messaging.consumer import Consumer
from shared.messaging.topology import queue_name
from tests.bench.declare.load import percentile
from tests.bench.notify import announcing
from tests.bench.notify.faulty_provider import FaultyProvider
from tests.bench.notify.publishing import declare_queues, phone_of, publishing
from tests.bench.notify.running import Bench, count_of, wait, wait_until_done
from tests.bench.notify.verdict import faults_of, too_short
from tests.bench.notify.workers import Workers
from tests.support.engines import Engines
from tests.support.service_under_test import ServiceUnderTest, serving

_SHARE_OF_SATURATION: Final = 0.7
_SETTINGS: Final = {"SMS__RECONCILE_AFTER": "5", "SMS__TIMEOUT": "5"}
# Without the inbox's key there are two deliveries of a notice only where their own key is gone too.
_WITHOUT_KEY: Final = """
CREATE FUNCTION bench_without_key() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.event_id := gen_random_uuid(); RETURN NEW; END $$;
CREATE TRIGGER bench_without_key BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION bench_without_key();
"""
_SHARES: Final = {"p50": 0.5, "p99": 0.99, "p999": 0.999}


def main() -> int:
    """0 when nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notices", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=60, help="notices per second, where it is not --paced")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=6, help="of workers, before they acknowledge, hand over, settle")
    parser.add_argument("--broker-restarts", type=int, default=2)
    parser.add_argument("--hangs-up", type=float, default=0.01, help="share accepted and never answered")
    parser.add_argument("--paced", action="store_true", help="hand-off at 70 %% of the saturation, without faults")
    parser.add_argument("--control", choices=("", "inbox", "absent"), default="", help="what protection to take away")
    parser.add_argument("--announce", type=int, nargs="?", const=1000, default=0, help="people told of a moved date")
    parser.add_argument("--announce-pace", type=int, help="people told in a second, at most; without it: in a minute")
    arguments = parser.parse_args()
    if arguments.announce:
        arguments.announce_pace = arguments.announce_pace or max(arguments.announce // 60, 10)
        return asyncio.run(announcing.run(arguments, say))
    if arguments.paced:
        arguments.kills = arguments.broker_restarts = 0
    return asyncio.run(run(arguments))


async def run(arguments: argparse.Namespace) -> int:
    """Feed, disturb, wait for the end, count."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    home = PROJECT / "var" / "bench" / "notify"
    async with Stack(home=home, durable=False, erase=True, services=("notification",)) as stack:
        await stack.start_engines()
        await declare_queues(stack)
        engines = Engines(stack)
        async with serving(engines, "notification", None, **_SETTINGS) as service, publishing(engines, service) as load:
            denies = arguments.control == "absent"
            providers = (FaultyProvider(arguments.hangs_up, denies), FaultyProvider(arguments.hangs_up, denies))
            for one in providers:
                await one.start()
            if arguments.control == "inbox":
                await _drop_key(stack, service)
            environments = [_environment(stack, service, providers, arguments, at) for at in range(arguments.workers)]
            logs = PROJECT / "var" / "bench" / "notify-logs"
            workers = Workers(environments, arguments.kills, arguments.notices, logs)
            try:
                figures = await _measure(Bench(arguments, stack, service, load, workers, providers))
            finally:
                await workers.stop()
                for one in providers:
                    await one.stop()
    return _tell(figures)


def _tell(figures: dict[str, Any]) -> int:
    faults = faults_of(figures)
    say(json.dumps(figures, ensure_ascii=False))
    for name, value in figures.items():
        say(f"  {name:<36} {value}")
    if figures["control"] and not faults:
        say(f"control {figures['control']}: {figures['doubled']} doubled, as it must be without that protection")
    for fault in faults:
        say(f"WRONG: {fault}")
    return 1 if faults else 0


async def _drop_key(stack: Stack, service: ServiceUnderTest) -> None:
    connection = await asyncpg.connect(stack.around.dsn("notification_migrator", service.database_name))
    try:
        await connection.execute("SET search_path TO notification")
        await connection.execute(_WITHOUT_KEY)
    finally:
        await connection.close()


def _environment(
    stack: Stack,
    service: ServiceUnderTest,
    providers: tuple[FaultyProvider, ...],
    arguments: argparse.Namespace,
    copy: int,
) -> dict[str, str]:
    own = service_environment(stack.around, "notification", "worker", copy)
    own["NOTIFICATION_POSTGRES__DSN"] = stack.around.dsn("notification", service.database_name)
    own |= {f"NOTIFICATION_{name}": value for name, value in _SETTINGS.items()}
    own["BENCH_ENDPOINTS"] = ",".join(one.endpoint for one in providers)
    own["BENCH_CONTROL"] = arguments.control
    return {**os.environ, **own}


async def _measure(bench: Bench) -> dict[str, Any]:
    arguments = bench.arguments
    places = await _introduced(bench, arguments.notices)
    bench.workers.start()
    began = time.monotonic()
    if arguments.paced:
        places = await _saturate(bench, places)
        rate = _SHARE_OF_SATURATION * (bench.saturation or arguments.rate)
        if refusal := too_short(len(places), rate):
            raise SystemExit(refusal)
        await bench.load.notify(places, rate)
    else:
        disturbing = [asyncio.create_task(one) for one in (_take_down(bench), _restart_broker(bench))]
        await bench.load.notify(places, arguments.rate)
    bench.judged = [phone_of(at) for at in places]
    await wait_until_done(bench)
    took = time.monotonic() - began
    if not arguments.paced:
        for task in disturbing:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    await bench.workers.stop()
    return await _figures(bench, took)


async def _introduced(bench: Bench, count: int) -> range:
    """By a consumer of this process: a worker's failpoint is to be passed by notices alone."""
    service, queue, stop = bench.service, queue_name("notification", "identity"), asyncio.Event()
    consumer = Consumer(
        queue, service.definition.queues[queue], service.database, service.settings.broker, service.deps
    )
    consuming = asyncio.create_task(consumer.run(stop))
    places = await bench.load.introduce(count)

    async def unknown() -> int:
        return len(bench.load.people) - await count_of(bench, "SELECT count(*) FROM known_person")

    await wait(bench, unknown)
    stop.set()
    await consuming
    return places


async def _saturate(bench: Bench, places: range) -> range:
    """Tell all at once, and see how fast they are handed over, but for the first and the last tenth; new people."""
    await bench.load.notify(places, None)
    await wait_until_done(bench)
    times = sorted(found[0] for at in places if (found := bench.times_of(phone_of(at))))
    first, last = len(times) // 10, len(times) * 9 // 10
    if last > first:
        bench.saturation = (last - first) / (times[last] - times[first])
    return await _introduced(bench, bench.arguments.notices)


async def _take_down(bench: Bench) -> None:
    """Take the first provider down in the middle third of what is handed over; when it lost its share after that."""
    first, total = bench.providers[0], bench.arguments.notices
    while True:
        first.down = total // 3 <= bench.handed_over() < 2 * total // 3
        if first.down and not bench.down_at:
            bench.down_at = time.time()
        share = await count_of(bench, "SELECT coalesce(min(share), 100) FROM sms_provider WHERE name = 'first'")
        if bench.down_at and share == 0 and not bench.left_at:
            bench.left_at = time.time()
        await asyncio.sleep(0.2)


async def _restart_broker(bench: Bench) -> None:
    """At even distances over what is handed over."""
    restarts = bench.arguments.broker_restarts
    for number in range(1, restarts + 1):
        while bench.handed_over() < bench.arguments.notices * number // (restarts + 1):
            await asyncio.sleep(0.2)
        await bench.stack.restart("rabbitmq")
        bench.restarted += 1


async def _figures(bench: Bench, took: float) -> dict[str, Any]:
    arguments = bench.arguments
    times = {phone: bench.times_of(phone) for phone in bench.load.due}
    waits = [times[phone][0] - bench.load.due[phone] for phone in bench.judged if times[phone]]
    first, second = bench.providers
    return {
        "notices": len(bench.load.due),
        "control": arguments.control,
        "paced": arguments.paced,
        "lost": sum(1 for found in times.values() if not found),
        "doubled": bench.doubled(),
        "unsettled": await count_of(bench, "SELECT count(*) FROM delivery WHERE state NOT IN ('sent', 'delivered')"),
        "messages": await count_of(bench, "SELECT count(*) FROM message"),
        "kills": arguments.kills,
        "kills_came": bench.workers.killed,
        "broker_restarts": arguments.broker_restarts,
        "broker_restarts_came": bench.restarted,
        "unanswered": first.unanswered + second.unanswered,
        "worker_faults": bench.workers.faults,
        "by_first": len(first.taken),
        "by_second": len(second.taken),
        "first_left_after_seconds": round(bench.left_at - bench.down_at, 1) if bench.left_at else None,
        "saturation_per_second": round(bench.saturation, 1) if bench.saturation else None,
        **{f"hand_off_{name}_seconds": round(percentile(waits, share), 2) for name, share in _SHARES.items()},
        "seconds": round(took, 1),
    }


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
