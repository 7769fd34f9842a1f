import gc

from reskontro.platform.garbage import RESTING, resting_collector


def test_the_collector_works_again_when_the_last_block_ends():
    before = gc.get_threshold()
    first, second = resting_collector(), resting_collector()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] == RESTING
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before
