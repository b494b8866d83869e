import asyncio
import gc
import threading
from concurrent.futures import CancelledError

import numpy as np
import pytest

from tryon.errors import ParameterError, ShapeError, TryOnError
from tryon.runtime import Batcher


class Network:
    """Doubles its input; remembers batch sizes; waits at a gate when asked to."""

    input_shape = (2,)

    def __init__(self, gate=None, error=None):
        self.sizes = []
        self.wanted = []
        self.entered = threading.Event()
        self.gate = gate
        self.error = error

    def run(self, batch, *, outputs=None):
        self.sizes.append(len(batch))
        self.wanted.append(outputs)
        self.entered.set()
        if self.gate is not None:
            assert self.gate.wait(30)
        if self.error is not None:
            raise self.error
        return 2 * batch, batch.sum(axis=1)


def item(value):
    return np.full(2, value, np.float32)


def test_every_caller_gets_the_result_of_its_own_item():
    network = Network()
    answers = {}

    def call(batcher, value):
        answers[value] = batcher.submit(item(value)).result(timeout=30)

    with Batcher(network, max_batch=8) as batcher:
        threads = [threading.Thread(target=call, args=(batcher, value)) for value in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(network.sizes) == 100
    for value, (double, total) in answers.items():
        np.testing.assert_array_equal(double, item(2 * value))
        assert total == 2 * value


def test_what_arrives_while_the_network_is_busy_runs_together():
    gate = threading.Event()
    network = Network(gate)
    with Batcher(network, max_batch=4) as batcher:
        futures = [batcher.submit(item(0))]
        assert network.entered.wait(30)
        futures += [batcher.submit(item(value)) for value in range(1, 8)]
        gate.set()
        assert [int(future.result(30)[1]) for future in futures] == [2 * value for value in range(8)]
    assert network.sizes == [1, 4, 3]


def test_an_item_waits_for_company_only_until_the_batch_is_full():
    network = Network()
    with Batcher(network, max_batch=3, max_wait_s=60) as batcher:
        futures = [batcher.submit(item(value)) for value in range(3)]
        for future in futures:
            future.result(30)
    assert network.sizes == [3]


def test_a_lone_item_runs_when_its_time_is_up():
    with Batcher(Network(), max_batch=3, max_wait_s=0.05) as batcher:
        np.testing.assert_array_equal(batcher.submit(item(1)).result(30)[0], item(2))


def test_only_the_wanted_outputs_are_asked_for():
    network = Network()
    with Batcher(network, outputs=["double"]) as batcher:
        batcher.submit(item(1)).result(30)
    assert network.wanted == [["double"]]


def test_an_error_reaches_every_caller_of_its_batch_and_the_next_batch_runs():
    gate = threading.Event()
    network = Network(gate, ValueError("broken"))
    with Batcher(network, max_batch=4) as batcher:
        futures = [batcher.submit(item(value)) for value in range(3)]
        gate.set()
        for future in futures:
            with pytest.raises(ValueError, match="broken"):
                future.result(30)
        network.error = None
        assert batcher.submit(item(1)).result(30)[1] == 2


def test_a_cancelled_item_is_not_run():
    gate = threading.Event()
    network = Network(gate)
    with Batcher(network) as batcher:
        batcher.submit(item(0))
        assert network.entered.wait(30)
        dropped, kept = batcher.submit(item(1)), batcher.submit(item(2))
        assert dropped.cancel()
        gate.set()
        kept.result(30)
        with pytest.raises(CancelledError):
            dropped.result(30)
    assert network.sizes == [1, 1]


def test_a_full_queue_makes_the_caller_wait():
    gate = threading.Event()
    network = Network(gate)
    with Batcher(network, max_batch=1, max_pending=2) as batcher:
        futures = [batcher.submit(item(0))]
        assert network.entered.wait(30)
        futures += [batcher.submit(item(value)) for value in (1, 2)]
        blocked = threading.Thread(target=lambda: futures.append(batcher.submit(item(3))))
        blocked.start()
        blocked.join(0.1)
        assert blocked.is_alive()
        gate.set()
        blocked.join(30)
        assert [int(future.result(30)[1]) for future in futures] == [0, 2, 4, 6]


def test_closing_runs_what_is_queued_then_refuses():
    network = Network()
    batcher = Batcher(network)
    futures = [batcher.submit(item(value)) for value in range(20)]
    batcher.close()
    batcher.close()
    assert all(future.done() for future in futures)
    with pytest.raises(TryOnError, match="closed"):
        batcher.submit(item(0))


def test_a_forgotten_batcher_ends_its_threads():
    before = threading.active_count()
    batcher = Batcher(Network(), workers=3)
    batcher.submit(item(1)).result(30)
    threads = [thread for thread in threading.enumerate() if thread.name == "tryon-batcher"]
    assert threading.active_count() == before + 3
    del batcher
    gc.collect()
    for thread in threads:
        thread.join(30)
    assert threading.active_count() == before


def test_wrong_items_and_settings_are_refused():
    with Batcher(Network()) as batcher:
        with pytest.raises(ShapeError, match=r"\(2,\) float32"):
            batcher.submit(np.zeros(3, np.float32))
        with pytest.raises(ShapeError):
            batcher.submit(np.zeros(2))
    with pytest.raises(ParameterError):
        Batcher(Network(), max_batch=0)


def test_an_asyncio_caller_awaits_its_item():
    async def ask(batcher):
        return await asyncio.gather(*(asyncio.wrap_future(batcher.submit(item(value))) for value in range(5)))

    with Batcher(Network()) as batcher:
        assert [int(total) for _, total in asyncio.run(ask(batcher))] == [0, 2, 4, 6, 8]


def test_a_real_network_gives_each_item_what_it_gives_alone(models_ready):
    from tryon.runtime import open_session

    session = open_session("face_mesh", device="cpu")
    crops = np.random.default_rng(0).random((6, *session.input_shape), dtype=np.float32)
    with Batcher(session, max_batch=4) as batcher:
        futures = [batcher.submit(crop) for crop in crops]
        for crop, future in zip(crops, futures, strict=True):
            for got, want in zip(future.result(60), session.run(crop[None]), strict=True):
                np.testing.assert_allclose(got, want[0], rtol=1e-5, atol=1e-4)
