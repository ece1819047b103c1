"""What is told of the image service."""

from bot.ops.check.finding import State
from sandbox.modellix import Fault
from tests.ops.check.conftest import Place


async def test_an_empty_balance_is_a_row_of_its_own(place: Place) -> None:
    place.provider.world.change({"balance_microusd": 0})
    assert await place.look(deep=False) == {"Modellix balance"}
    assert place.told["Modellix balance"].says == "$0.00"


async def test_a_service_in_trouble_is_not_a_wrong_key(place: Place) -> None:
    place.provider.fault(Fault.STATUS_503, on="account", times=0)
    assert await place.look(deep=False) == {"Modellix"}
    assert place.told["Modellix"].says.endswith(": did not answer as it should")
    assert place.told["Modellix key"].state is State.SKIPPED
