from hypothesis import given
from hypothesis import strategies as st

from portal.search.entries import stand_in_a_row
from portal.search.places import find_rows, pack_places, unpack_places

PLACES = st.sets(st.integers(min_value=0, max_value=5000)).map(sorted)


@given(PLACES)
def test_places_can_be_packed_and_unpacked(places: list[int]) -> None:
    assert unpack_places(pack_places(places)) == sum(1 << place for place in places)


@given(st.lists(st.sets(st.integers(min_value=0, max_value=30)).map(sorted), min_size=1, max_size=4))
def test_a_row_in_bits_is_a_row_in_numbers(places: list[list[int]]) -> None:
    bits = [{7: sum(1 << place for place in here), 8: 0} for here in places]
    assert find_rows([7, 8], bits) == ([7] if stand_in_a_row(places) else [])
